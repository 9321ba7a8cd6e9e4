//! Virgil's runner: serves the page, supervises the kernels, keeps the edits. It knows no Python.
