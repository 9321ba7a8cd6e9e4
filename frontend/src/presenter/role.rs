//! What a window is in a talk: said by its address when it is opened, and kept while it is reloaded.

use leptos::prelude::*;

/// Under which the window keeps it.
const KEY: &str = "virgil-role";

/// What a window is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// Nobody's but its reader's.
    #[default]
    Alone,
    /// The presenter's: with notes, clock and what comes next.
    Presenter,
    /// Before the room.
    Room,
}

impl Role {
    const ALL: [Role; 3] = [Role::Alone, Role::Presenter, Role::Room];

    /// Its name in addresses and in the page.
    pub fn slug(self) -> &'static str {
        match self {
            Role::Alone => "alone",
            Role::Presenter => "presenter",
            Role::Room => "room",
        }
    }

    fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.slug() == name)
    }

    /// What an address says, by what follows its question mark.
    fn in_address(query: &str) -> Option<Role> {
        query.trim_start_matches('?').split('&').find_map(|pair| Role::named(pair.strip_prefix("window=")?))
    }
}

/// What this window is: as its address says, or as it was before it was reloaded.
pub fn restore() -> Role {
    let asked = Role::in_address(&window().location().search().unwrap_or_default());
    let storage = window().session_storage().ok().flatten();
    let kept = || storage.and_then(|storage| Role::named(&storage.get_item(KEY).ok()??));
    let role = asked.or_else(kept).unwrap_or_default();
    take(role);
    role
}

/// Notes what this window is.
pub fn take(role: Role) {
    if let Ok(Some(storage)) = window().session_storage() {
        // Not kept: a reload makes an ordinary window of it.
        let _ = storage.set_item(KEY, role.slug());
    }
    if let Some(body) = document().body() {
        // A page that can't take an attribute looks as an ordinary one does.
        let _ = body.set_attribute("data-window", role.slug());
    }
}

/// Opens a window at an address, or shows the one that there is; says whether the browser did.
pub fn open(role: Role, address: &str) -> bool {
    let mark = if address.contains('?') { '&' } else { '?' };
    let address = format!("{address}{mark}window={}", role.slug());
    let name = format!("virgil-{}", role.slug());
    // With a size it is a window, and no tab that would hide this one.
    let opened = window().open_with_url_and_target_and_features(&address, &name, "popup,width=1280,height=800");
    opened.is_ok_and(|opened| opened.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_its_window_is() {
        for (query, role) in [
            ("?window=presenter", Some(Role::Presenter)),
            ("?step=2&window=room", Some(Role::Room)),
            ("?window=alone", Some(Role::Alone)),
            ("?window=king", None),
            ("?step=2", None),
            ("", None),
        ] {
            assert_eq!(Role::in_address(query), role, "{query}");
        }
    }
}
