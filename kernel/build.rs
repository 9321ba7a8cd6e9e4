//! Lets the kernel find the very libpython that it was built for.
//!
//! A CPython in a private folder may bring a C library of its own: the kernel then needs that folder's loader too.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=python");
    pyo3_build_config::use_pyo3_cfgs();
    let config = pyo3_build_config::get();
    // The tests' interpreter, unless they are told another one.
    println!("cargo::rustc-env=VIRGIL_BUILD_PYTHON={}", config.executable().unwrap_or_default());

    let Some(folder) = config.lib_dir() else { return };
    for argument in [format!("-Wl,-rpath,{folder}"), "-Wl,--disable-new-dtags".into()] {
        println!("cargo::rustc-link-arg={argument}");
    }
    for loader in ["ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"] {
        let loader = Path::new(folder).join(loader);
        if loader.exists() {
            println!("cargo::rustc-link-arg=-Wl,--dynamic-linker={}", loader.display());
            println!("cargo::rustc-link-arg=-Wl,--allow-shlib-undefined");
        }
    }
}
