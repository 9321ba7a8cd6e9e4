//! The doctor, from the command line and over HTTP.

use std::path::Path;
use std::process::{Command, Stdio};

use shared::{Checkup, Environment, Gil, InterpreterBuild, PROTOCOL, Python};

use crate::harness::Harness;

fn doctor(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_virgil"));
    command.arg("doctor").args(arguments).env("VIRGIL_DATA", folder.join("data")).env("HOME", folder);
    command.env("PATH", folder).stdin(Stdio::null());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn install_kernel(folder: &Path) {
    let python = Python { major: 3, minor: 14, micro: 1 };
    let build = InterpreterBuild { id: "3.14.1-x".into(), python, gil: Gil::Present, executable: "/p/python".into() };
    let kernel = folder.join(format!("data/kernels/3.14.1-x-{PROTOCOL}"));
    std::fs::create_dir_all(&kernel).unwrap();
    std::fs::write(kernel.join("build.json"), serde_json::to_vec(&build).unwrap()).unwrap();
    std::fs::write(kernel.join("virgil-kernel"), "").unwrap();
}

#[test]
fn the_exit_code_says_whether_the_machine_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = doctor(folder.path(), &[]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("✗") && text.contains("cargo xtask kernels"), "{text}");
    assert!(text.contains("not ready yet"), "{text}");

    install_kernel(folder.path());
    let (code, text) = doctor(folder.path(), &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("✓ CPython 3.14.1") && text.contains("This machine is ready"), "{text}");
}

#[test]
fn the_same_is_there_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    install_kernel(folder.path());
    let (code, text) = doctor(folder.path(), &["--json", "--workspace", "/nowhere/at/all"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let checkup: Checkup = serde_json::from_str(&text).unwrap();
    assert_eq!(report["ready"].as_bool(), Some(checkup.is_ready()));
    assert_eq!(code, Some(i32::from(!checkup.is_ready())));
    assert_eq!(report["findings"].as_array().unwrap().len(), checkup.findings().len());
    assert_eq!(checkup.folders[0].path, "/nowhere/at/all");
    assert_eq!(checkup.protocol, PROTOCOL);
    assert_eq!(checkup.environment, Environment::Absent);
    let titles: Vec<&str> = checkup.builds.iter().map(|build| build.title.as_str()).collect();
    assert!(titles.contains(&"CPython 3.14.1"), "{titles:?}");
}

#[test]
fn the_page_gets_what_the_command_line_gets() {
    let virgil = Harness::start();
    assert_eq!(virgil.send("GET /api/doctor", &[]).status, 401);
    assert_eq!(virgil.send("GET /api/doctor", &[&virgil.cookie(), "Origin: http://evil.example"]).status, 403);
    let reply = virgil.send("GET /api/doctor", &[&virgil.cookie()]);
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("no-store")), "{}", reply.text());
    let checkup: Checkup = serde_json::from_slice(&reply.body).unwrap();
    assert!(!checkup.is_ready(), "there is no kernel: {checkup:#?}");
    assert_eq!(checkup.folders[1].path, virgil.folder.path().join("data").display().to_string());
    assert_eq!(checkup.cores.usable() as usize, std::thread::available_parallelism().unwrap().get());
}
