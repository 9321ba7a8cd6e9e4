//! Offers files that the page itself has made.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Saves what stands at an address, which may be a `data:` one.
///
/// # Errors
/// What the browser says.
pub fn offer(name: &str, address: &str) -> Result<(), JsValue> {
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(address);
    link.set_download(name);
    link.click();
    Ok(())
}

/// Saves a text.
///
/// # Errors
/// What the browser says.
pub fn text(name: &str, text: &str) -> Result<(), JsValue> {
    let blob = Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into()))?;
    let address = Url::create_object_url_with_blob(&blob)?;
    offer(name, &address)?;
    // The browser takes the text a moment after the click; until then its address must be good.
    set_timeout(
        move || {
            // An address that can't be given back is given back with the page.
            let _ = Url::revoke_object_url(&address);
        },
        std::time::Duration::from_secs(60),
    );
    Ok(())
}
