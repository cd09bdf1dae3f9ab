//! A short stand-in for texts, to tell whether they are still the same: their FNV-1a hash of 64 bits
//! (Fowler, Noll and Vo).

/// A digest under way.
pub(crate) struct Digest(u64);

impl Digest {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes in a text, and where it ends.
    pub(crate) fn text(&mut self, text: &str) {
        // no text in UTF-8 has the byte that ends it here
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.0
    }
}

/// The digest of these texts, in this order.
pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut digest = Digest::new();
    for text in texts {
        digest.text(text);
    }
    digest.number()
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
