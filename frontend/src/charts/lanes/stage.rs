//! What the view of the lanes remembers, and what pointers, wheel and keys do to it.

use leptos::ev::{KeyboardEvent, PointerEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use shared::{Nanos, Run};

use super::mark::{Act, Hand, Mark, act, lane_beside};
use super::range::Range;
use super::rows::{self, Row};
use super::sums::RunSums;
use super::{RIGHT, Room, TOP, whole};

/// Turning the wheel so far doubles or halves what is shown.
const WHEEL: f64 = 240.0;

/// The state of the view; copies are the same one.
#[derive(Clone, Copy)]
pub struct Stage {
    /// Whose lanes.
    pub run: RwSignal<Option<Run>>,
    /// So far its clock goes at least.
    pub until: Nanos,
    /// Where they are drawn.
    pub place: NodeRef<Div>,
    /// What is shown; none for everything.
    pub zoom: RwSignal<Option<Range>>,
    /// What is pointed at.
    pub mark: RwSignal<Option<Mark>>,
    /// Sums over its workers' states.
    pub sums: StoredValue<RunSums>,
    /// What was drawn, from the top.
    pub rows: RwSignal<Vec<Row>>,
    /// What stands round them.
    pub room: RwSignal<Room>,
    /// The fingers or the mouse button that are down, and where.
    pub pointers: StoredValue<Vec<(i32, f64)>>,
}

impl Stage {
    /// All of the clock.
    pub fn whole(self) -> Range {
        self.run.with_untracked(|run| run.as_ref().map_or(Range::until(self.until), |run| whole(run, self.until)))
    }

    /// What is shown.
    pub fn range(self) -> Range {
        self.zoom.get_untracked().unwrap_or_else(|| self.whole())
    }

    /// How wide the lanes are, in pixels.
    pub fn width(self) -> f64 {
        let all = self.place.get_untracked().map_or(0, |place| place.client_width());
        (f64::from(all) - self.room.get_untracked().left - RIGHT).max(1.0)
    }

    /// Where a pointer is: the share of what is shown, and pixels from the top.
    pub fn position(self, x: f64, y: f64) -> (f64, f64) {
        let Some(place) = self.place.get_untracked() else { return (0.0, 0.0) };
        let edge = place.get_bounding_client_rect();
        ((x - edge.left() - self.room.get_untracked().left) / self.width(), y - edge.top() - TOP)
    }

    /// Shows so many times as much time; `at` stays where it is.
    pub fn zoom_by(self, factor: f64, at: Nanos) {
        self.zoom.set(self.range().zoomed(factor, at, self.whole()));
    }

    /// Moves what is shown by this share of it.
    pub fn move_by(self, share: f64) {
        if self.zoom.get_untracked().is_some() {
            self.zoom.set(Some(self.range().moved(share, self.whole())));
        }
    }

    /// What buttons and keys zoom at: the mark if it is in sight, or the middle.
    pub fn middle(self) -> Nanos {
        let range = self.range();
        let marked = self.mark.get_untracked().map(|mark| mark.moment);
        marked.filter(|moment| (0.0..=1.0).contains(&range.share(*moment))).unwrap_or_else(|| range.at(0.5))
    }

    /// Points at what is at this place of the window.
    pub fn point(self, x: f64, y: f64) {
        let (share, y) = self.position(x, y);
        let row =
            self.rows.with_untracked(|rows| rows::at(rows, y).filter(|row| lane_beside(rows, row + 1, -1) == *row));
        let mark = row.filter(|_| (0.0..=1.0).contains(&share));
        self.mark.set(mark.map(|row| Mark { row, moment: self.range().at(share), by: Hand::Pointer }));
    }

    /// Does what a key asks for.
    pub fn act(self, act: Act) {
        let range = self.range();
        let mark = self.mark.get_untracked().unwrap_or_else(|| Mark {
            row: self.rows.with_untracked(|rows| lane_beside(rows, 0, 1)),
            moment: range.at(0.5),
            by: Hand::Keys,
        });
        let mark = Mark { by: Hand::Keys, ..mark };
        match act {
            Act::Zoom(factor) => self.zoom_by(factor, self.middle()),
            Act::All => self.zoom.set(None),
            Act::Move(share) => self.move_by(share),
            Act::Point(share) => {
                let by = range.length().0 as f64 * share;
                let moment = (mark.moment.0 as f64 + by).clamp(0.0, self.whole().end.0 as f64);
                let moment = Nanos(moment as u64);
                self.mark.set(Some(Mark { moment, ..mark }));
                if self.zoom.get_untracked().is_some() {
                    self.zoom.set(Some(range.with(moment, self.whole())));
                }
            }
            Act::Lane(step) => {
                let row = self.rows.with_untracked(|rows| match self.mark.get_untracked() {
                    Some(mark) => lane_beside(rows, mark.row, step),
                    None => mark.row,
                });
                self.mark.set(Some(Mark { row, ..mark }));
            }
            Act::Leave => self.mark.set(None),
        }
    }

    /// A key was pressed.
    pub fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if let Some(act) = act(&event.key(), event.shift_key()) {
            event.prevent_default();
            self.act(act);
        }
    }

    /// The wheel zooms with Ctrl and moves with Shift; alone it scrolls the page, as everywhere.
    pub fn wheel(self, event: &WheelEvent) {
        let turned = if event.delta_y() == 0.0 { event.delta_x() } else { event.delta_y() };
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let (share, _) = self.position(f64::from(event.client_x()), 0.0);
            self.zoom_by((turned / WHEEL).exp2(), self.range().at(share));
        } else if event.shift_key() {
            event.prevent_default();
            self.move_by(turned / self.width());
        }
    }

    /// A pointer was put down.
    pub fn down(self, event: &PointerEvent) {
        let x = f64::from(event.client_x());
        self.pointers.update_value(|pointers| {
            pointers.retain(|(id, _)| *id != event.pointer_id());
            pointers.push((event.pointer_id(), x));
        });
        self.point(x, f64::from(event.client_y()));
    }

    /// One that is down drags what is shown, two stretch it, and without any the place is told.
    pub fn moved(self, event: &PointerEvent) {
        let x = f64::from(event.client_x());
        let before = self.pointers.get_value();
        self.pointers.update_value(|pointers| {
            pointers.iter_mut().filter(|(id, _)| *id == event.pointer_id()).for_each(|pointer| pointer.1 = x);
        });
        let own = before.iter().find(|(id, _)| *id == event.pointer_id());
        let other = before.iter().find(|(id, _)| *id != event.pointer_id());
        match (own, other) {
            (Some((_, from)), None) => self.move_by((from - x) / self.width()),
            (Some((_, from)), Some((_, still))) => {
                let (wide, now) = ((from - still).abs().max(1.0), (x - still).abs().max(1.0));
                let (share, _) = self.position(*still, 0.0);
                self.zoom_by(wide / now, self.range().at(share));
            }
            (None, _) => {}
        }
        self.point(x, f64::from(event.client_y()));
    }

    /// A pointer was lifted.
    pub fn up(self, event: &PointerEvent) {
        self.pointers.update_value(|pointers| pointers.retain(|(id, _)| *id != event.pointer_id()));
    }

    /// A pointer has left.
    pub fn leave(self, event: &PointerEvent) {
        self.up(event);
        // A finger that is lifted has left, and what it pointed at is still to be read.
        if event.pointer_type() == "mouse" {
            self.mark.set(None);
        }
    }
}
