/// How much of a foreign text a message repeats.
const SHOWN: usize = 40;

/// A foreign text as a message shows it: in backticks, cut short, nothing in it that a terminal obeys.
pub(crate) fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    let more = if text.chars().nth(SHOWN).is_some() {
        "…"
    } else {
        ""
    };
    format!("`{shown}{more}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(quoted("11.77"), "`11.77`");
        assert_eq!(quoted(&"9".repeat(40)), format!("`{}`", "9".repeat(40)));
        assert_eq!(quoted(&"9".repeat(41)), format!("`{}…`", "9".repeat(40)));
    }

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(quoted("\u{1b}[31m\u{202e}"), "`\\u{1b}[31m\\u{202e}`");
    }
}
