//! What is folded and yet to be committed: of a log that is read as a whole, a row that many events change is
//! written once.

use crate::log::RecordedEvent;
use crate::store::LogPage;

/// How much is gathered at most before it is committed: so many events; bytes of their data and changed rows,
/// for all that fold them together.
const MOST: (usize, usize, usize) = (1_000_000, 32 << 20, 200_000);

/// How much was folded past the checkpoint.
#[derive(Clone, Copy, Default)]
pub(super) struct Gathered {
    pub(super) events: usize,
    bytes: usize,
    rows: usize,
    /// The bytes of the rows at hand, as they were read or written last.
    at_hand: usize,
}

impl Gathered {
    /// With the events of one more page.
    pub(super) fn and(self, page: &LogPage) -> Self {
        Self {
            events: self.events + page.events.len(),
            bytes: self.bytes + page.events.iter().map(bytes_of).sum::<usize>(),
            ..self
        }
    }

    /// With so many changed rows, and bytes of rows at hand.
    pub(super) fn with_rows(self, rows: usize, at_hand: usize) -> Self {
        Self {
            rows,
            at_hand,
            ..self
        }
    }

    /// Whether so much can wait, where so many gather abreast.
    pub(super) fn may_wait(self, abreast: usize) -> bool {
        let (events, bytes, rows) = MOST;
        self.events < events
            && self.bytes.max(self.at_hand) < bytes / abreast
            && self.rows < rows / abreast
    }
}

fn bytes_of(event: &RecordedEvent) -> usize {
    event.data().as_bytes().map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Position;
    use crate::projection::engine::samples::recorded;

    fn page(events: &[RecordedEvent]) -> LogPage {
        let through = Position::from(9);
        let events = events.to_vec();
        LogPage { events, through }
    }

    #[test]
    fn each_page_adds_its_events_and_the_bytes_of_their_data() {
        let event = || recorded(1, "x".repeat(10));
        let one = Gathered::default().and(&page(&[event(), event()]));
        let two = one.with_rows(5, 70).and(&page(&[event()]));
        let told = |it: Gathered| (it.events, it.bytes, it.rows, it.at_hand);
        assert_eq!(told(one), (2, 20, 0, 0));
        assert_eq!(told(two), (3, 30, 5, 70));
    }

    #[test]
    fn so_much_waits_as_is_allowed_and_no_more() {
        let (events, bytes, rows) = MOST;
        let of = |events, bytes, rows, at_hand| Gathered {
            events,
            bytes,
            rows,
            at_hand,
        };
        for abreast in [1, 4] {
            let (bytes, rows) = (bytes / abreast, rows / abreast);
            let least = of(events - 1, bytes - 1, rows - 1, bytes - 1);
            assert!(least.may_wait(abreast));
            for full in [
                of(events, 0, 0, 0),
                of(0, bytes, 0, 0),
                of(0, 0, rows, 0),
                of(0, 0, 0, bytes),
                of(events + 1, 0, 0, 0),
            ] {
                assert!(!full.may_wait(abreast));
            }
        }
    }
}
