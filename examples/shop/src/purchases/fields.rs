/// A field of a line, and the column it starts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) text: &'a str,
    pub(super) column: usize,
}

/// What lies between fields; a carriage return belongs to the end of a line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}

/// The fields of a line, in order.
pub(super) fn fields(line: &str) -> impl Iterator<Item = Field<'_>> {
    let mut next = 1;
    line.split(is_blank)
        .map(move |text| {
            let column = next;
            next += text.chars().count() + 1;
            Field { text, column }
        })
        .filter(|field| !field.text.is_empty())
}

/// The column after the last field of a line.
pub(super) fn end(line: &str) -> usize {
    line.trim_end_matches(is_blank).chars().count() + 1
}

/// Whether a text is digits, and some.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let found: Vec<_> = fields(" ab\t\tçé  7 \r")
            .map(|field| (field.text, field.column))
            .collect();
        assert_eq!(found, [("ab", 2), ("çé", 6), ("7", 10)]);
        assert_eq!(end(" ab\t\tçé  7 \r"), 11);
        assert_eq!(fields(" \t\r").count(), 0);
        assert_eq!(end(""), 1);
    }
}
