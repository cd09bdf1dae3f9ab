use serde::{Serialize, Serializer};
use std::fmt;

/// The name of a Rust type: displays short, as `Vec<Row<Balance>>`, and serializes in full, as
/// `alloc::vec::Vec<cqrs_core::projection::rows::Row<bank::domain::Balance>>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName(&'static str);

impl TypeName {
    pub(crate) const fn new(full: &'static str) -> Self {
        Self(full)
    }

    /// With its modules, as [`std::any::type_name`] says it.
    pub const fn full(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#');
        let mut rest = self.0;
        while !rest.is_empty() {
            let name_ends = rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(name_ends);
            if let (false, Some(after)) = (name.is_empty(), after.strip_prefix("::")) {
                rest = after; // the name was that of a module
                continue;
            }
            f.write_str(name)?;
            let next_begins = after.find(is_of_a_name).unwrap_or(after.len());
            let (between, next) = after.split_at(next_begins);
            f.write_str(between)?;
            rest = next;
        }
        Ok(())
    }
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::any::type_name;
    use std::collections::BTreeMap;

    fn short<T: ?Sized>() -> String {
        TypeName::new(type_name::<T>()).to_string()
    }

    #[test]
    fn modules_are_left_out() {
        assert_eq!(short::<TypeName>(), "TypeName");
        assert_eq!(short::<u8>(), "u8");
        assert_eq!(short::<()>(), "()");
        assert_eq!(
            short::<Result<Vec<(TypeName, [String; 2])>, &'static str>>(),
            "Result<Vec<(TypeName, [String; 2])>, &str>"
        );
        assert_eq!(
            short::<BTreeMap<String, Box<dyn std::error::Error + Send>>>(),
            "BTreeMap<String, Box<dyn Error + Send>>"
        );
        assert_eq!(short::<fn(TypeName) -> u8>(), "fn(TypeName) -> u8");
    }

    #[test]
    fn a_type_of_a_closure_keeps_what_is_no_module() {
        assert_eq!(
            TypeName::new("a::{{closure}}::B").to_string(),
            "{{closure}}::B"
        );
        assert_eq!(TypeName::new("a::r#type::B").to_string(), "B");
        assert_eq!(TypeName::new("").to_string(), "");
    }
}
