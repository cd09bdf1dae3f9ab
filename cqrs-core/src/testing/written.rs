//! Events as a store keeps them, compared and shown.

use super::table::{Table, lines};
use crate::log::{pretty, same};
use crate::store::NewEvent;

/// Whether both are the same event: by stored name, version and JSON.
fn equal(one: &NewEvent, other: &NewEvent) -> bool {
    one.name == other.name && one.schema == other.schema && same(&one.data, &other.data)
}

/// Which of `expected` is not what stands in its place in `got`.
pub(super) fn first_difference(expected: &[NewEvent], got: &[NewEvent]) -> Option<usize> {
    expected
        .iter()
        .enumerate()
        .position(|(at, event)| got.get(at).is_none_or(|got| !equal(event, got)))
}

/// Both beside each other, the event at `different` in full. The first has the number `from`.
pub(super) fn beside(
    expected: &[NewEvent],
    got: &[NewEvent],
    different: usize,
    from: usize,
) -> Table {
    let mut table = Table::new("expected", "got");
    for at in 0..expected.len().max(got.len()) {
        let show = |event: &NewEvent| {
            if at == different {
                whole(from + at, event)
            } else {
                vec![title(from + at, event)]
            }
        };
        let left = expected.get(at).map(show).unwrap_or_default();
        let right = match got.get(at) {
            Some(event) => show(event),
            None => vec!["(no event)".to_owned()],
        };
        table.block(left, right);
    }
    table
}

/// The events in full, a line each field. The first has the number `from`.
pub(super) fn listed(events: &[NewEvent], from: usize) -> Vec<String> {
    let numbered = (from..).zip(events);
    numbered
        .flat_map(|(number, event)| whole(number, event))
        .collect()
}

fn title(number: usize, event: &NewEvent) -> String {
    let NewEvent { name, schema, .. } = event;
    match schema {
        1 => format!("{number}. {name}"),
        _ => format!("{number}. {name} (version {schema})"),
    }
}

fn whole(number: usize, event: &NewEvent) -> Vec<String> {
    let json = pretty(event.data.as_bytes().unwrap_or_default());
    let fields = lines(&json).into_iter().map(|line| format!("   {line}"));
    std::iter::once(title(number, event))
        .chain(fields)
        .collect()
}
