//! The engine with kernels that do what a script says. A program of its own, and one test at a time: the engine ends
//! every child of its process that it doesn't know.

mod asked;
mod bench;
mod site;

mod environment;
mod keeping;
mod learning;
mod life;
mod limits;
mod python;
mod session;
mod stop;
mod trouble;
