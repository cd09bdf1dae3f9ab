//! A short stand-in for texts, to tell whether they are still the same: their FNV-1a hash of 64 bits
//! (Fowler, Noll and Vo).

/// The digest of these texts, in this order.
pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    let bytes = texts
        .into_iter()
        .flat_map(|text| text.bytes().chain([0xff])); // no text in UTF-8 has this byte
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_where_one_text_ends() {
        assert_eq!(of([]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of(["ab", "c"]), of(["ab", "c"]));
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
        assert_ne!(of(["ab", "c"]), of(["abc"]));
    }
}
