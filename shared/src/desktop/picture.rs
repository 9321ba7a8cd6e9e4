//! Pictures of windows that nobody can see, since the machine has no display.

use serde::{Deserialize, Serialize};

use crate::Nanos;

/// A rectangle of a window's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPart {
    /// From the window's left edge, in pixels, as all its numbers.
    pub x: u32,
    /// From its upper edge.
    pub y: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
    /// What is seen there: a PNG file in base64, as a `data:` address takes it.
    pub png: String,
}

impl WindowPart {
    /// Whether nothing of the other can be seen under this one.
    fn covers(&self, other: &WindowPart) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && self.x + self.width >= other.x + other.width
            && self.y + self.height >= other.y + other.height
    }
}

/// What has changed of a window since it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPicture {
    /// Which: windows are numbered as they appear, from 0.
    pub window: u32,
    /// What its frame says.
    pub title: String,
    /// How wide it is, in pixels; 0 if it is gone.
    pub width: u32,
    /// How high it is.
    pub height: u32,
    /// What has changed; at first all of it.
    pub parts: Vec<WindowPart>,
    /// How long the window's thread was kept by this.
    pub took: Nanos,
}

/// Where somebody has pressed, in the picture of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Which window.
    pub window: u32,
    /// From its left edge, in pixels of the window.
    pub x: u32,
    /// From its upper edge.
    pub y: u32,
}

/// A window as it is seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WindowView {
    /// Its number.
    pub window: u32,
    /// What its frame says.
    pub title: String,
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is.
    pub height: u32,
    /// What is seen of it, with a number that no other part of the lap has; each lies over those before it.
    pub parts: Vec<(u32, WindowPart)>,
}

/// The windows of a lap whose pictures are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Those that are open, or were when the lap ended, by their numbers.
    pub windows: Vec<WindowView>,
    /// How many pictures were taken.
    pub taken: u32,
    /// How long the window's thread was kept by all of them.
    pub took: Nanos,
    /// How many parts there were.
    parts: u32,
}

impl Pictures {
    /// Another picture was taken. What it covers is forgotten, so that a view holds little more than a window.
    pub fn add(&mut self, picture: &WindowPicture) {
        self.taken += 1;
        self.took = Nanos(self.took.0 + picture.took.0);
        if picture.width == 0 {
            self.windows.retain(|view| view.window != picture.window);
            return;
        }
        let place = match self.windows.binary_search_by_key(&picture.window, |view| view.window) {
            Ok(place) => place,
            Err(place) => {
                self.windows.insert(place, WindowView { window: picture.window, ..WindowView::default() });
                place
            }
        };
        let view = &mut self.windows[place];
        if (view.width, view.height) != (picture.width, picture.height) {
            view.parts.clear();
        }
        (view.width, view.height) = (picture.width, picture.height);
        view.title.clone_from(&picture.title);
        for part in &picture.parts {
            view.parts.retain(|(_, below)| !part.covers(below));
            view.parts.push((self.parts, part.clone()));
            self.parts += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(y: u32, height: u32) -> WindowPart {
        WindowPart { x: 0, y, width: 80, height, png: format!("{y}+{height}") }
    }

    fn picture(window: u32, parts: Vec<WindowPart>) -> WindowPicture {
        WindowPicture { window, title: "Work".into(), width: 80, height: 60, parts, took: Nanos(5) }
    }

    fn seen(pictures: &Pictures) -> Vec<Vec<&str>> {
        let parts = pictures.windows.iter().map(|view| view.parts.iter());
        parts.map(|parts| parts.map(|(_, part)| part.png.as_str()).collect()).collect()
    }

    #[test]
    fn what_is_covered_is_forgotten() {
        let mut pictures = Pictures::default();
        pictures.add(&picture(0, vec![part(0, 60)]));
        pictures.add(&picture(0, vec![part(16, 16), part(48, 12)]));
        pictures.add(&picture(0, vec![part(16, 16)]));
        assert_eq!(seen(&pictures), [["0+60", "48+12", "16+16"]]);
        pictures.add(&picture(0, vec![part(16, 32)]));
        assert_eq!(seen(&pictures), [["0+60", "48+12", "16+32"]]);
        pictures.add(&picture(0, vec![part(0, 60)]));
        assert_eq!(seen(&pictures), [["0+60"]]);
        assert_eq!((pictures.taken, pictures.took), (5, Nanos(25)));
    }

    #[test]
    fn windows_come_and_go_and_change_their_size() {
        let mut pictures = Pictures::default();
        pictures.add(&picture(1, vec![part(0, 60)]));
        pictures.add(&picture(0, vec![part(0, 60)]));
        let numbers = |pictures: &Pictures| pictures.windows.iter().map(|view| view.window).collect::<Vec<_>>();
        assert_eq!(numbers(&pictures), [0, 1]);
        pictures.add(&WindowPicture { width: 70, ..picture(0, vec![WindowPart { width: 70, ..part(0, 60) }]) });
        assert_eq!(pictures.windows[0].parts.len(), 1, "nothing is left of what was wider");
        pictures.add(&WindowPicture { width: 0, parts: vec![], ..picture(1, vec![]) });
        assert_eq!(numbers(&pictures), [0]);
    }
}
