//! Bytes, read in constants.

/// Whether both are the same.
pub(super) const fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// What follows `prefix`, if `text` begins with it.
pub(super) const fn after<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    if text.len() < prefix.len() {
        return None;
    }
    let (begin, rest) = text.split_at(prefix.len());
    if equal(begin, prefix) {
        Some(rest)
    } else {
        None
    }
}

/// What stands before and after the first `sought`; all and nothing, where it does not occur.
pub(super) const fn split<'a>(text: &'a [u8], sought: &[u8]) -> (&'a [u8], &'a [u8]) {
    let mut at = 0;
    while at + sought.len() <= text.len() {
        let (before, rest) = text.split_at(at);
        if rest[0] == sought[0]
            && let Some(behind) = after(rest, sought)
        {
            return (before, behind);
        }
        at += 1;
    }
    (text, &[])
}

/// The first line, without its end, and what follows it.
pub(super) const fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (mut line, rest) = split(text, b"\n");
    if let [before @ .., b'\r'] = line {
        line = before;
    }
    (line, rest)
}

/// Without the blanks around it.
pub(super) const fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// A whole number from 1.
pub(super) const fn number(digits: &[u8]) -> Option<u32> {
    let mut number: u32 = 0;
    let mut at = 0;
    while at < digits.len() {
        let digit = digits[at];
        if !digit.is_ascii_digit() || number > (u32::MAX - 9) / 10 {
            return None;
        }
        number = number * 10 + (digit - b'0') as u32;
        at += 1;
    }
    if number == 0 { None } else { Some(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_parted() {
        assert_eq!(after(b"event a", b"event "), Some(b"a".as_slice()));
        assert_eq!(after(b"eve", b"event "), None);
        assert_eq!(
            split(b"a: b: c", b": "),
            (b"a".as_slice(), b"b: c".as_slice())
        );
        assert_eq!(split(b"a:", b": "), (b"a:".as_slice(), b"".as_slice()));
        assert_eq!(line(b"a\r\nb\n"), (b"a".as_slice(), b"b\n".as_slice()));
        assert_eq!(trimmed(b" \ta b "), b"a b");
        assert_eq!(trimmed(b"  "), b"");
    }

    #[test]
    fn numbers_are_whole() {
        assert_eq!(number(b"12"), Some(12));
        assert_eq!(number(b"4294967289"), Some(4_294_967_289));
        for no in [&b"0"[..], b"", b"-1", b"1a", b"4294967290", b"99999999999"] {
            assert_eq!(number(no), None);
        }
    }
}
