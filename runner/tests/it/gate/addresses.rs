//! Every address there is: who may use it, by which method, and what names lead nowhere.

use runner::routes::{Access, ROUTES};

use super::a_path;
use crate::harness::Harness;

/// Who may use which address, and how. An address that is not in here fails the test: whoever adds one decides here who
/// may use it. None of them asks another service for anything.
const TABLE: [(&str, Access, &[&str]); 26] = [
    ("/healthz", Access::Public, &["GET", "HEAD"]),
    ("/boot.js", Access::Public, &["GET", "HEAD"]),
    ("/assets/{path:.+}", Access::Public, &["GET", "HEAD"]),
    ("/login", Access::Login, &["GET"]),
    ("/", Access::Page, &["GET", "HEAD"]),
    ("/slide/{slug}", Access::Page, &["GET", "HEAD"]),
    ("/notebook", Access::Page, &["GET", "HEAD"]),
    ("/api/deck", Access::Api, &["GET", "HEAD"]),
    ("/api/slides", Access::Api, &["GET", "HEAD"]),
    ("/api/help", Access::Api, &["GET", "HEAD"]),
    ("/api/notes", Access::Api, &["GET", "HEAD"]),
    ("/api/doctor", Access::Api, &["GET", "HEAD"]),
    ("/api/printed/{run}", Access::Api, &["GET", "HEAD"]),
    ("/api/output/{run}", Access::Api, &["GET", "HEAD"]),
    ("/api/runs/{cell}", Access::Api, &["GET", "HEAD"]),
    ("/api/run/{run}", Access::Api, &["GET", "HEAD"]),
    ("/api/run-file/{run}", Access::Api, &["GET", "HEAD"]),
    ("/api/recorded/{cell}", Access::Api, &["GET", "HEAD"]),
    ("/api/run-change", Access::Api, &["POST"]),
    ("/api/import/{cell}", Access::Upload, &["POST"]),
    ("/api/versions/{cell}", Access::Api, &["GET", "HEAD"]),
    ("/api/version/{version:.+}", Access::Api, &["GET", "HEAD"]),
    ("/api/here", Access::Api, &["GET", "HEAD"]),
    ("/api/events", Access::Api, &["GET"]),
    ("/api/message/{connection}", Access::Api, &["POST"]),
    ("/api/socket", Access::Socket, &["GET"]),
];

const METHODS: [&str; 11] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "VIRGIL"];

const UPGRADES: [&[&str]; 4] = [
    &["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
    &["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"],
    &["Upgrade: something-new"],
    &["Upgrade:"],
];

fn content_type(access: Access) -> &'static str {
    match access {
        Access::Upload => "Content-Type: application/octet-stream",
        _ => "Content-Type: application/json",
    }
}

#[test]
fn the_table_names_every_address_there_is() {
    let found: Vec<_> = ROUTES.iter().map(|route| (route.path, route.access)).collect();
    assert_eq!(found, TABLE.map(|(path, access, _)| (path, access)));
}

#[test]
fn every_address_and_method_needs_a_credential_unless_it_is_public() {
    let virgil = Harness::start();
    let origin = format!("Origin: http://127.0.0.1:{}", virgil.port);
    for (path, access, methods) in TABLE {
        let public = matches!(access, Access::Public | Access::Login);
        let path = a_path(path);
        for method in METHODS {
            for headers in [vec![], vec![origin.as_str(), "X-Virgil: 1", content_type(access)]] {
                let status = virgil.send(&format!("{method} {path}"), &headers).status;
                let refused = matches!(status, 401 | 403);
                assert!(refused || public, "{method} {path} {headers:?}: {status}");
                // Nothing that is public can be changed.
                assert!(refused || methods.contains(&method) || status == 405, "{method} {path} {headers:?}: {status}");
            }
        }
        for upgrade in UPGRADES {
            for headers in [vec![], vec![origin.as_str()]] {
                let headers = [upgrade, headers.as_slice()].concat();
                let status = virgil.send(&format!("GET {path}"), &headers).status;
                let refused = matches!(status, 401 | 403);
                assert!(refused || (public && status != 101), "{path} {headers:?}: {status}");
            }
        }
    }
}

#[test]
fn every_address_has_its_methods_and_no_other_and_one_can_be_upgraded() {
    let virgil = Harness::start_with("/nowhere/virgil");
    let (cookie, origin) = (virgil.cookie(), format!("Origin: http://127.0.0.1:{}", virgil.port));
    for (path, access, methods) in TABLE {
        let headers = [cookie.as_str(), origin.as_str(), "X-Virgil: 1", content_type(access)];
        let route = path;
        let path = a_path(path);
        for method in METHODS.into_iter().filter(|method| !methods.contains(method)) {
            assert_eq!(virgil.send(&format!("{method} {path}"), &headers).status, 405, "{method} {path}");
        }
        for upgrade in UPGRADES.iter().filter(|_| methods.contains(&"GET") && route != "/api/events") {
            let reply = virgil.send(&format!("GET {path}"), &[*upgrade, &[&cookie, &origin]].concat());
            let is_socket = access == Access::Socket && upgrade[0] == "Upgrade: websocket";
            assert_eq!(reply.status == 101, is_socket, "{path} {upgrade:?}: {}", reply.status);
        }
    }
}

#[test]
fn what_changes_something_comes_from_our_page_as_json() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let (ours, json) = ("X-Virgil: 1", "Content-Type: application/json");
    for path in ["/api/message/none", "/api/run-change"] {
        for (headers, expected) in [
            (vec![], 403),
            (vec![json], 403),
            (vec![ours, "Content-Type: application/x-www-form-urlencoded"], 415),
            (vec![ours, "Content-Type: text/plain"], 415),
            (vec![ours, "Content-Type: multipart/form-data; boundary=x"], 415),
            (vec!["Content-Type: text/plain", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site"], 403),
            (vec![ours, json], 400),
        ] {
            let headers = [[cookie.as_str()].as_slice(), &headers].concat();
            assert_eq!(virgil.send(&format!("POST {path}"), &headers).status, expected, "{path} {headers:?}");
        }
    }
    // What reads changes nothing: what changes something can't be read.
    for path in ["/api/message/none", "/api/run-change", "/api/import/race"] {
        for method in ["GET", "HEAD"] {
            assert_eq!(virgil.send(&format!("{method} {path}"), &[&cookie]).status, 405, "{method} {path}");
        }
    }
    for (headers, expected) in [
        (vec![], 403),
        (vec![json], 403),
        (vec![ours], 415),
        (vec![ours, "Content-Type: text/plain"], 415),
        (vec![ours, "Content-Type: application/x-www-form-urlencoded"], 415),
        (vec![ours, "Content-Type: application/jsonx"], 415),
        (vec![ours, json, "Content-Type: text/plain"], 415),
        (vec![ours, json], 405),
        (vec![ours, "Content-Type: application/json; charset=utf-8"], 405),
        (vec![ours, json, "Sec-Fetch-Site: cross-site"], 403),
        (vec!["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], 403),
    ] {
        let headers = [[cookie.as_str()].as_slice(), &headers].concat();
        assert_eq!(virgil.send("POST /api/deck", &headers).status, expected, "{headers:?}");
    }
    assert_eq!(virgil.send("GET /api/run", &[&cookie]).status, 404);
}

#[test]
fn a_file_is_taken_from_our_page_alone_and_only_so_long() {
    let virgil = Harness::start();
    let (cookie, ours, file) = (virgil.cookie(), "X-Virgil: 1", "Content-Type: application/octet-stream");
    let own = format!("Origin: http://127.0.0.1:{}", virgil.port);
    for (headers, expected) in [
        (vec![own.as_str()], 403),
        (vec![cookie.as_str(), file], 403),
        (vec![cookie.as_str(), ours], 415),
        (vec![cookie.as_str(), ours, "Content-Type: application/json"], 415),
        (vec![cookie.as_str(), ours, "Content-Type: multipart/form-data"], 415),
        (vec![ours, file], 401),
        (vec![cookie.as_str(), ours, file, "Origin: http://evil.example"], 403),
        (vec![cookie.as_str(), ours, file, "Sec-Fetch-Site: cross-site"], 403),
        (vec![cookie.as_str(), ours, file, "Content-Length: 16777217"], 413),
        (vec![cookie.as_str(), ours, file, "Content-Length: 0"], 422),
    ] {
        assert_eq!(virgil.send("POST /api/import/race", &headers).status, expected, "{headers:?}");
    }
    let whole = [cookie.as_str(), ours, file, "Content-Length: 0"];
    assert_eq!(virgil.send("POST /api/import/none", &whole).status, 404);
    assert_eq!(virgil.send("POST /api/import/..%2frace", &whole).status, 404);
    assert_eq!(virgil.send("GET /api/import/race", &[&cookie]).status, 405);
    let json = [cookie.as_str(), ours, "Content-Type: application/json", "Content-Length: 16777216"];
    assert_eq!(virgil.send("POST /api/run-change", &json).status, 413, "only a file may be so long");
    for path in [
        "/api/runs/none",
        "/api/runs/..%2frace",
        "/api/run/1",
        "/api/run/x",
        "/api/run-file/1",
        "/api/recorded/race",
        "/api/recorded/..%2frace",
    ] {
        assert_eq!(virgil.send(&format!("GET {path}"), &[&cookie]).status, 404, "{path}");
    }
    assert_eq!(virgil.send("GET /api/runs/race", &[&cookie]).status, 200);
}

/// Opens of this folder, and of what is directly in it, since it was asked last.
#[cfg(target_os = "linux")]
fn opens(watch: &nix::sys::inotify::Inotify) -> Vec<String> {
    let events = watch.read_events().unwrap_or_default();
    events.iter().map(|event| format!("{:?} {:?}", event.mask, event.name)).collect()
}

#[test]
fn names_that_are_no_slides_are_nowhere_and_no_file_is_looked_for() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let ours = [cookie.as_str(), "X-Virgil: 1", "Content-Type: application/octet-stream", "Content-Length: 0"];
    let workspace = virgil.folder.path().join("workspace");
    for place in
        ["x.py", "workspace/x.py", "workspace/.virgil/x", "workspace/.virgil/versions/x", "workspace/.virgil/runs/x"]
    {
        let file = virgil.folder.path().join(place);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "a secret").unwrap();
    }
    #[cfg(target_os = "linux")]
    let watch = {
        use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
        let watch = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
        for place in ["", ".virgil", ".virgil/versions", "..", "../data"] {
            let flags = AddWatchFlags::IN_OPEN | AddWatchFlags::IN_ACCESS | AddWatchFlags::IN_CREATE;
            watch.add_watch(&workspace.join(place), flags).unwrap();
        }
        std::fs::read(workspace.join("x.py")).unwrap();
        assert!(!opens(&watch).is_empty(), "the watch sees nothing");
        watch
    };
    let long = "x".repeat(5 * 1024);
    for name in [
        "../x",
        "..%2fx",
        "..%2Fx.py",
        "%2e%2e%2fx",
        "%252e",
        "%252e%252e%252fx",
        "..%5cx",
        "..\\x",
        "C:%5cx",
        "C:\\x",
        "%5c%5chost%5cshare",
        "\\\\host\\share",
        "%00",
        "01-one%00",
        "01-one/",
        "%2e%2e/x",
        "x",
        "..%c0%afx",
        "%2fetc%2fpasswd",
        "file:%2f%2f%2fetc%2fpasswd",
        &long,
    ] {
        for start in [
            "/slide/",
            "/assets/",
            "/api/deck/",
            "/api/versions/",
            "/api/version/",
            "/api/runs/",
            "/api/recorded/",
            "/api/printed/",
            "/api/output/",
            "/api/run/",
            "/api/run-file/",
        ] {
            assert_eq!(virgil.send(&format!("GET {start}{name}"), &[&cookie]).status, 404, "{start}{name}");
        }
        assert_eq!(virgil.send(&format!("POST /api/import/{name}"), &ours).status, 404, "{name}");
    }
    #[cfg(target_os = "linux")]
    assert_eq!(opens(&watch), Vec::<String>::new());
    let _ = workspace;
}
