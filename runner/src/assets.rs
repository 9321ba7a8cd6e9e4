//! The page's program and styles, as Trunk built them, inside this binary.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::gate::Nonce;
use crate::routes;
use crate::server::Site;

/// Where they are served.
const ROOT: &str = "/assets/";

/// A name that holds a hash of the content never gets another content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// The addresses that a page must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// None if this `virgil` was compiled without a page.
    pub program: Option<Program>,
    /// The style sheets.
    pub styles: Vec<String>,
    /// The style sheet of the notebook, which comes after them.
    pub notebook: Option<String>,
    /// That of the presenter's window, which its program asks for.
    pub presenter: Option<String>,
    /// The module that draws the charts.
    pub charts: Option<String>,
}

/// The two halves of the page's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its JavaScript half, which loads the other.
    pub script: String,
    /// Its WebAssembly half.
    pub module: String,
}

impl Assets {
    /// Those in this binary.
    pub fn embedded() -> Assets {
        let mut names: Vec<_> = Dist::iter().collect();
        names.sort_unstable();
        Assets::among(names.iter().map(Cow::as_ref))
    }

    /// Finds them by their names.
    pub fn among<'a>(names: impl Iterator<Item = &'a str>) -> Assets {
        let (mut script, mut module) = (None, None);
        let mut assets = Assets { program: None, styles: Vec::new(), notebook: None, presenter: None, charts: None };
        for name in names {
            let address = || format!("{ROOT}{name}");
            match name.split_once('-') {
                Some(("program", rest)) if rest.ends_with("/frontend_bg.wasm") => module = Some(address()),
                Some(("program", rest)) if rest.ends_with("/frontend.js") => script = Some(address()),
                _ if name.contains('/') => {}
                Some(("notebook", rest)) if rest.ends_with(".css") => assets.notebook = Some(address()),
                Some(("presenter", rest)) if rest.ends_with(".css") => assets.presenter = Some(address()),
                Some(("charts", rest)) if rest.ends_with(".js") => assets.charts = Some(address()),
                _ if name.ends_with(".css") => assets.styles.push(address()),
                _ => {}
            }
        }
        assets.program = script.zip(module).map(|(script, module)| Program { script, module });
        assets
    }
}

/// All of them as they are, by their addresses.
pub fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    let is_form = |name: &str| name == "index.html" || [".br", ".gz"].iter().any(|end| name.ends_with(end));
    let names = Dist::iter().filter(move |name| !is_form(name));
    names.filter_map(|name| Some((format!("{ROOT}{name}"), Dist::get(&name)?.data.into_owned())))
}

/// The page's only script element: starts the program. A file, since the policy allows no inline scripts.
pub async fn boot(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let Some(Program { script, module }) = &site.assets.program else { return missing(&request) };
    let text = format!("import init from \"{script}\";\nawait init({{ module_or_path: \"{module}\" }});\n");
    let tag = format!("\"{}\"", &blake3::hash(text.as_bytes()).to_hex()[..16]);
    match is_known(&request, &tag) {
        true => {
            HttpResponse::NotModified().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-cache")).finish()
        }
        false => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((ETAG, tag))
            .body(text),
    }
}

/// One of the files, in the smallest form that the browser takes.
pub async fn asset(request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    // Files are looked up by their whole name among those in the binary; no path is made of it.
    let is_form = [".br", ".gz"].iter().any(|end| path.ends_with(end));
    let Some(file) = Dist::get(&path).filter(|_| !is_form && *path != "index.html") else { return missing(&request) };
    let (encoding, file) = smallest(&request, &path, file);
    let tag = format!("\"{}\"", crate::link::hex(&file.metadata.sha256_hash()[..8]));
    let known = is_known(&request, &tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((CACHE_CONTROL, if is_hashed(&path) { FOR_EVER } else { "no-cache" }));
    response.insert_header((ETAG, tag)).insert_header((VARY, ACCEPT_ENCODING.as_str()));
    if known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, content_type(&path)));
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    match file.data {
        Cow::Borrowed(bytes) => response.body(bytes),
        Cow::Owned(bytes) => response.body(bytes),
    }
}

fn missing(request: &HttpRequest) -> HttpResponse {
    let nonce = request.extensions().get::<Nonce>().cloned().unwrap_or_default();
    routes::refusal(request.path(), StatusCode::NOT_FOUND, "There is no such file.", &nonce, false)
}

fn smallest(request: &HttpRequest, path: &str, plain: EmbeddedFile) -> (Option<&'static str>, EmbeddedFile) {
    let accepted = header(request, ACCEPT_ENCODING.as_str());
    let form = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, end)| {
        let file = Dist::get(&format!("{path}.{end}")).filter(|_| accepts(&accepted, encoding))?;
        Some((Some(encoding), file))
    });
    form.unwrap_or((None, plain))
}

/// Whether an `Accept-Encoding` header names this encoding, and not with `q=0`.
pub fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.filter_map(|part| part.strip_prefix("q=")).any(|q| q.parse().is_ok_and(|q: f32| q <= 0.0));
        named && !refused
    })
}

fn is_known(request: &HttpRequest, tag: &str) -> bool {
    header(request, IF_NONE_MATCH.as_str()).split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

fn header(request: &HttpRequest, name: &str) -> String {
    let values = request.headers().get_all(name).filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

/// Whether the name, or that of its first folder, holds a hash of the content: 16 hexadecimal digits, or esbuild's 8
/// capitals and digits.
fn is_hashed(path: &str) -> bool {
    let (first, _) = path.split_once('/').unwrap_or((path, ""));
    let Some((_, end)) = first.rsplit_once('-') else { return false };
    let hash = end.split('.').next().unwrap_or_default();
    let whole = hash.len() == 16 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let esbuild = hash.len() == 8 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'Z'));
    whole || esbuild
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_files_are_found_by_name() {
        let names = [
            "charts-AB12CD34.js",
            "charts-AB12CD34.js.br",
            "index.html",
            "program-0123456789abcdef/__wasm_split.js",
            "program-0123456789abcdef/frontend.js",
            "program-0123456789abcdef/frontend.js.gz",
            "program-0123456789abcdef/frontend_bg.wasm",
            "program-0123456789abcdef/frontend_bg.wasm.br",
            "program-0123456789abcdef/snippets/frontend-0123456789abcdef/js/dist/editor.js",
            "program-0123456789abcdef/split_late.wasm",
            "notebook-0123456789abcdef.css",
            "presenter-0123456789abcdef.css",
            "style-0123456789abcdef.css",
        ];
        let assets = Assets::among(names.into_iter());
        let program = assets.program.unwrap();
        assert_eq!(program.script, "/assets/program-0123456789abcdef/frontend.js");
        assert_eq!(program.module, "/assets/program-0123456789abcdef/frontend_bg.wasm");
        assert_eq!(assets.styles, ["/assets/style-0123456789abcdef.css"]);
        assert_eq!(assets.notebook.unwrap(), "/assets/notebook-0123456789abcdef.css");
        assert_eq!(assets.presenter.unwrap(), "/assets/presenter-0123456789abcdef.css");
        assert_eq!(assets.charts.unwrap(), "/assets/charts-AB12CD34.js");
        assert_eq!(Assets::among(["style-0.css"].into_iter()).program, None);
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for (path, expected) in [
            ("program-0123456789abcdef/frontend.js", true),
            ("program-0123456789abcdef/split_late.wasm", true),
            ("style-0123456789abcdef.css", true),
            ("charts-AB12CD34.js", true),
            ("snippets/frontend-0123456789abcdef/js/dist/editor.js", false),
            ("chart-controls.js", false),
            ("robots.txt", false),
        ] {
            assert_eq!(is_hashed(path), expected, "{path}");
        }
    }

    #[test]
    fn an_encoding_is_used_only_if_it_is_taken() {
        for (header, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0", true),
            ("BR", true),
            ("br;q=0", false),
            ("gzip", false),
            ("", false),
        ] {
            assert_eq!(accepts(header, "br"), expected, "{header}");
        }
    }
}
