use crate::log::Name;
use foldhash::HashMap;

/// Stored name and schema version.
type Kind = (Name, u32);

/// The kinds of events in the log, each kept once.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    all: Vec<Kind>,
    numbers: HashMap<Kind, u32>,
    /// The same by the addresses of literals: a program has few, and they need not be read.
    of_literals: HashMap<(usize, usize, u32), u32>,
}

impl Kinds {
    /// The number of a kind.
    pub(super) fn number(&mut self, name: &Name, schema: u32) -> u32 {
        let Some(literal) = name.literal() else {
            return self.number_of((name.clone(), schema));
        };
        let address = (literal.as_ptr().addr(), literal.len(), schema);
        if let Some(known) = self.of_literals.get(&address) {
            return *known;
        }
        let number = self.number_of((name.clone(), schema));
        self.of_literals.insert(address, number);
        number
    }

    fn number_of(&mut self, kind: Kind) -> u32 {
        if let Some(known) = self.numbers.get(&kind) {
            return *known;
        }
        // each kind has an event, and there are no more events than such numbers
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(kind.clone());
        self.numbers.insert(kind, number);
        number
    }

    /// The kind of that number.
    pub(super) fn get(&self, number: u32) -> &Kind {
        &self.all[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_number_wherever_its_name_stands() {
        let mut kinds = Kinds::default();
        let deposited = Name::from_static("deposited");
        let one = kinds.number(&deposited, 1);
        for _ in 0..2 {
            assert_eq!(kinds.number(&deposited, 1), one);
            assert_eq!(kinds.number(&Name::from("deposited"), 1), one);
            assert_ne!(kinds.number(&deposited, 2), one);
            assert_ne!(kinds.number(&Name::from_static("depos"), 1), one);
        }
        // a shorter literal at the same address
        let prefix: &'static str = &"deposited"[..5];
        assert_ne!(kinds.number(&Name::from_static(prefix), 1), one);
        assert_eq!(kinds.get(one), &(deposited, 1));
    }
}
