//! Names of tables and columns: made of a stored name, so that whoever looks into the file finds
//! them, and of few characters, so that nothing of it can be taken for SQL.

/// How much of a stored name goes into an identifier.
const LENGTH: usize = 40;

/// An identifier that is like `name` and is none of those `taken`, which compare without case.
pub(super) fn like(name: &str, suffix: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain = plain(name);
    let first = format!("{plain}{suffix}");
    if !taken(&first) {
        return first;
    }
    let mut numbered = (2..1_000_000).map(|number| format!("{plain}{suffix}_{number}"));
    numbered.find(|name| !taken(name)).unwrap_or(first)
}

/// The name in `[a-z0-9_]`, not beginning with a digit.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(LENGTH);
    for character in name.chars() {
        if plain.len() >= LENGTH {
            break;
        }
        match character.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => plain.push(letter),
            _ if plain.ends_with('_') => {}
            _ => plain.push('_'),
        }
    }
    if !plain.starts_with(|first: char| first.is_ascii_lowercase()) {
        plain.insert(0, 'p');
    }
    if plain.starts_with("sqlite_") || plain.starts_with("cqrs_") {
        plain.insert_str(0, "p_");
    }
    plain
}

/// The identifier as it stands in SQL.
pub(super) fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_like_its_name_and_of_few_characters() {
        for (name, expected) in [
            ("balances", "balances_v1"),
            ("shop.Balances~parked", "shop_balances_parked_v1"),
            ("'; drop table events; --", "p_drop_table_events__v1"),
            ("7", "p7_v1"),
            ("", "p_v1"),
            ("\"", "p__v1"),
            ("sqlite_x", "p_sqlite_x_v1"),
        ] {
            assert_eq!(like(name, "_v1", |_| false), expected, "{name}");
        }
        assert_eq!(like("é", "_v1", |taken| taken == "p__v1"), "p__v1_2");
        assert!(like(&"x".repeat(512), "_v1", |_| false).len() < 50);
    }

    #[test]
    fn a_quoted_identifier_stays_one() {
        assert_eq!(
            quoted("a\"; DROP TABLE b; --"),
            "\"a\"\"; DROP TABLE b; --\""
        );
    }
}
