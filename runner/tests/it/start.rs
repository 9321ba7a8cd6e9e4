//! From the command line to the end, with the real binary.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Harness;

/// The program, with folders of its own and without a display.
fn virgil(folder: &std::path::Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_virgil"));
    command.args(arguments).env("VIRGIL_DATA", folder.join("data")).env("HOME", folder);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    command
}

/// Starts it and reads its first line.
fn start(folder: &std::path::Path, arguments: &[&str]) -> (Child, BufReader<std::process::ChildStdout>, u16, String) {
    read_link(&mut virgil(folder, arguments))
}

fn read_link(command: &mut Command) -> (Child, BufReader<std::process::ChildStdout>, u16, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let link = line.strip_prefix("Virgil is at ").unwrap_or_else(|| panic!("{line:?}")).trim().to_owned();
    let port = link.split(['/', ':']).nth(4).unwrap().parse().unwrap();
    (child, output, port, link)
}

#[cfg(unix)]
fn ask_to_end(child: &Child, signal: i32) {
    let pid = child.id() as i32;
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::try_from(signal).unwrap())
        .unwrap();
}

fn status_of(link: &str) -> u16 {
    let address = link.strip_prefix("http://").unwrap();
    let (host, path) = address.split_once('/').unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    use std::io::Write;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    crate::harness::read_reply(&mut stream).status
}

#[cfg(unix)]
#[test]
fn it_serves_prints_new_links_and_ends_cleanly_when_asked() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let folder = tempfile::tempdir().unwrap();
        let (mut child, output, port, link) = start(folder.path(), &["--port", "0"]);
        assert_eq!(status_of(&link), 303);
        assert_eq!(status_of(&link), 401);

        let Output { status, stdout, .. } = virgil(folder.path(), &["link"]).output().unwrap();
        let printed = String::from_utf8(stdout).unwrap();
        assert!(status.success() && printed.starts_with(&format!("Virgil is at http://127.0.0.1:{port}/login?code=")));
        assert_eq!(status_of(printed.trim().strip_prefix("Virgil is at ").unwrap()), 303);

        ask_to_end(&child, signal);
        let asked = Instant::now();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        let rest: Vec<_> = output.lines().map(Result::unwrap).collect();
        assert_eq!(rest[0], format!("Your edits are kept in {}.", folder.path().join("virgil").display()));
        assert!(rest[1].contains("your user's rights") && rest[1].contains("Ctrl+C"), "{rest:?}");
        assert_eq!(std::fs::read_dir(folder.path().join("data/run")).unwrap().count(), 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_there_is_a_display_a_browser_gets_a_link_of_its_own() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (launcher, opened) = (folder.path().join("xdg-open"), folder.path().join("opened"));
    std::fs::write(
        &launcher,
        "#!/bin/sh\necho \"$VIRGIL_BROWSER $1\" > \"$HOME/opening\"\nmv \"$HOME/opening\" \"$HOME/opened\"\n",
    )
    .unwrap();
    std::fs::set_permissions(&launcher, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    for (arguments, opens) in [(vec!["--port", "0", "--no-open"], false), (vec!["--port", "0"], true)] {
        let mut command = virgil(folder.path(), &arguments);
        let (mut child, _output, _port, link) = read_link(command.env("DISPLAY", ":99").env("PATH", &path));
        let deadline = Instant::now() + Duration::from_secs(if opens { 5 } else { 1 });
        while !opened.exists() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(opened.exists(), opens);
        if opens {
            let told = std::fs::read_to_string(&opened).unwrap();
            let own = told.trim().strip_prefix("1 ").unwrap();
            assert_ne!(own, link);
            assert_eq!((status_of(own), status_of(&link)), (303, 303));
        }
        ask_to_end(&child, libc::SIGTERM);
        child.wait().unwrap();
    }
}

#[test]
fn a_link_of_nothing_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let output = virgil(folder.path(), &["link"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "virgil: No Virgil is running here: start one with `virgil`.\n"
    );
}

#[cfg(unix)]
#[test]
fn a_taken_port_is_passed_over_with_a_sentence_and_no_secret_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (mut child, _output, other, _link) = start(folder.path(), &["serve", "--port", &port.to_string(), "--no-open"]);
    assert_ne!(other, port);
    let file = std::fs::read_to_string(folder.path().join(format!("data/run/{other}.json"))).unwrap();
    let running: serde_json::Value = serde_json::from_str(&file).unwrap();
    let token = running["token"].as_str().unwrap();
    assert_eq!(running["pid"], child.id());
    if let Ok(arguments) = std::fs::read_to_string(format!("/proc/{}/cmdline", child.id())) {
        assert!(!arguments.contains(token));
    }
    ask_to_end(&child, libc::SIGTERM);
    child.wait().unwrap();
    let told = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    assert!(told.contains(&format!("Port {port} is taken: Virgil uses {other}.")), "{told}");
    assert!(!told.contains(token), "{told}");
}

#[test]
fn a_workspace_that_can_not_be_written_is_no_reason_not_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("a-file");
    std::fs::write(&workspace, "").unwrap();
    let virgil = Harness::start_in(folder, workspace);
    assert!(virgil.trouble[0].contains("a-file"), "{:?}", virgil.trouble);
    assert_eq!(virgil.send("GET /slide/01-one", &[&virgil.cookie()]).status, 200);
    virgil.stop();
}

#[cfg(unix)]
#[test]
fn one_workspace_has_one_server_and_the_second_is_told_where_the_first_is() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _output, port, _link) = start(folder.path(), &["--port", "0"]);
    let Output { status, stderr, stdout } = virgil(folder.path(), &["--port", "0"]).output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!((status.code(), stdout), (Some(1), vec![]), "{said}");
    assert!(said.contains(&format!("runs already at http://127.0.0.1:{port}/: `virgil link --port {port}`")), "{said}");
    let other = folder.path().join("other").display().to_string();
    let (mut second, _output, ..) = start(folder.path(), &["--port", "0", "--workspace", &other]);
    // Also one that had no time to say goodbye holds nothing any more.
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut third, _output, ..) = start(folder.path(), &["--port", "0"]);
    for child in [&mut second, &mut third] {
        ask_to_end(child, libc::SIGTERM);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[cfg(unix)]
#[test]
fn a_server_that_nobody_uses_ends_itself_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _output, port, _link) = start(folder.path(), &["--port", "0", "--idle-exit", "0.0005"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "it goes on");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(status.code(), Some(0));
    let told = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    assert!(told.contains("Nobody has used this Virgil for so long"), "{told}");
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    assert_eq!(std::fs::read_dir(folder.path().join("data/run")).unwrap().count(), 0);
}

#[test]
fn there_is_no_way_to_listen_to_other_machines() {
    let folder = tempfile::tempdir().unwrap();
    for option in ["--host", "--listen", "--bind", "--token"] {
        let Output { status, .. } = virgil(folder.path(), &["serve", option, "0.0.0.0"]).output().unwrap();
        assert_eq!(status.code(), Some(2), "{option}");
    }
}

#[cfg(unix)]
#[test]
fn logs_have_no_secret_however_much_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let everything = "trace,actix_http=trace,actix_http::h1=trace,actix_web::middleware=trace,runner=trace";
    let (mut child, _output, port, link) =
        read_link(virgil(folder.path(), &["--port", "0", "--no-open"]).env("VIRGIL_LOG", everything));
    let file = std::fs::read_to_string(folder.path().join(format!("data/run/{port}.json"))).unwrap();
    let running: serde_json::Value = serde_json::from_str(&file).unwrap();
    let token = running["token"].as_str().unwrap();
    let mut errors = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || std::io::read_to_string(&mut errors).unwrap());
    assert_eq!(status_of(&link), 303);
    let ask = |line: &str, header: &str| {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\nConnection: close\r\n\r\n").unwrap();
        crate::harness::read_reply(&mut stream).status
    };
    assert_eq!(ask("GET /api/here", &format!("Cookie: virgil_{port}={token}")), 204);
    assert_eq!(ask("GET /api/here", &format!("Authorization: Bearer {token}")), 204);
    assert_eq!(ask("GET /api/socket", &format!("Authorization: Bearer {token}")), 400);
    assert_eq!(ask("BROKEN", &format!("Cookie: virgil_{port}={token}\r\nbroken")), 400);
    ask_to_end(&child, libc::SIGTERM);
    child.wait().unwrap();
    let told = reader.join().unwrap();
    let code = link.rsplit('=').next().unwrap();
    assert!(!told.is_empty(), "nothing was logged");
    for secret in [token, code] {
        assert!(!told.contains(secret), "{told}");
    }
}
