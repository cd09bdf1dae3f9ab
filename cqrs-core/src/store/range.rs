use crate::projection::IndexKey;
use std::ops::Bound;

/// A range of the values of an indexed field. One whose bounds are the wrong way round is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRange {
    /// The field's place in [`Projection::INDEXES`](crate::projection::Projection::INDEXES).
    pub place: usize,
    /// Where the range begins.
    pub lower: Bound<IndexKey>,
    /// Where it ends.
    pub upper: Bound<IndexKey>,
}

impl IndexRange {
    /// Every value of the field.
    pub fn all(place: usize) -> Self {
        Self {
            place,
            lower: Bound::Unbounded,
            upper: Bound::Unbounded,
        }
    }

    /// That value alone.
    pub fn exactly(place: usize, value: IndexKey) -> Self {
        Self {
            place,
            lower: Bound::Included(value.clone()),
            upper: Bound::Included(value),
        }
    }

    /// Whether the value stands in the range.
    pub fn contains(&self, value: &IndexKey) -> bool {
        let (from, to) = (self.lower.as_ref(), self.upper.as_ref());
        let begun = match from {
            Bound::Included(lower) => lower <= value,
            Bound::Excluded(lower) => lower < value,
            Bound::Unbounded => true,
        };
        begun
            && match to {
                Bound::Included(upper) => value <= upper,
                Bound::Excluded(upper) => value < upper,
                Bound::Unbounded => true,
            }
    }

    /// Whether its bounds leave nothing between them, as those of `5..5` and `7..=3`. The ranges of
    /// the standard library's maps panic at some of these.
    pub fn is_empty(&self) -> bool {
        match (&self.lower, &self.upper) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) => lower >= upper,
        }
    }

    /// The only value in the range, if it was made for one.
    pub fn only(&self) -> Option<&IndexKey> {
        match (&self.lower, &self.upper) {
            (Bound::Included(lower), Bound::Included(upper)) if lower == upper => Some(lower),
            _ => None,
        }
    }

    /// Leaves of the range what also stands in `other`.
    pub(crate) fn narrow(&mut self, other: &Self) {
        if begins_later(&other.lower, &self.lower) {
            self.lower = other.lower.clone();
        }
        if ends_earlier(&other.upper, &self.upper) {
            self.upper = other.upper.clone();
        }
    }
}

fn begins_later(one: &Bound<IndexKey>, other: &Bound<IndexKey>) -> bool {
    match (one, other) {
        (Bound::Unbounded, _) => false,
        (_, Bound::Unbounded) => true,
        (Bound::Excluded(one), Bound::Included(other)) => one >= other,
        (
            Bound::Included(one) | Bound::Excluded(one),
            Bound::Included(other) | Bound::Excluded(other),
        ) => one > other,
    }
}

fn ends_earlier(one: &Bound<IndexKey>, other: &Bound<IndexKey>) -> bool {
    match (one, other) {
        (Bound::Unbounded, _) => false,
        (_, Bound::Unbounded) => true,
        (Bound::Excluded(one), Bound::Included(other)) => one <= other,
        (
            Bound::Included(one) | Bound::Excluded(one),
            Bound::Included(other) | Bound::Excluded(other),
        ) => one < other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn ranges() -> impl Strategy<Value = IndexRange> {
        let bound = || {
            prop_oneof![
                (0..5_i128).prop_map(|at| Bound::Included(IndexKey::Int(at))),
                (0..5_i128).prop_map(|at| Bound::Excluded(IndexKey::Int(at))),
                Just(Bound::Unbounded),
            ]
        };
        (bound(), bound()).prop_map(|(lower, upper)| IndexRange {
            place: 0,
            lower,
            upper,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_range_that_is_not_empty_holds_what_a_map_finds(range in ranges()) {
            let values: BTreeSet<IndexKey> = (0..5).map(IndexKey::Int).collect();
            let held = values.iter().filter(|value| range.contains(value)).cloned();
            let held: Vec<IndexKey> = held.collect();
            if range.is_empty() {
                prop_assert!(held.is_empty());
            } else {
                let bounds = (range.lower.clone(), range.upper.clone());
                let found: Vec<IndexKey> = values.range(bounds).cloned().collect(); // no panic
                prop_assert_eq!(found, held);
            }
        }

        #[test]
        fn what_is_left_of_a_range_stands_in_both(one in ranges(), other in ranges()) {
            let mut both = one.clone();
            both.narrow(&other);
            for value in (0..5).map(IndexKey::Int) {
                let expected = one.contains(&value) && other.contains(&value);
                prop_assert_eq!(both.contains(&value), expected, "{:?}", both);
            }
        }
    }
}
