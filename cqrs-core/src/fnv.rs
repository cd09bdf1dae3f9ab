//! FNV-1a, of 64 bits: tells apart what differs by a change or by decay, not what somebody made alike.

/// A digest under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes bytes in. Where they end is not part of it.
    pub(crate) const fn bytes(mut self, bytes: &[u8]) -> Self {
        let mut rest = bytes;
        while let [byte, others @ ..] = rest {
            self.0 = (self.0 ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
            rest = others;
        }
        self
    }

    /// Takes a number in.
    pub(crate) const fn number(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Takes a text in, and where it ends.
    pub(crate) const fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    pub(crate) const fn digest(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_function_of_that_name() {
        assert_eq!(Fnv::new().digest(), 0xcbf2_9ce4_8422_2325);
        assert_eq!(Fnv::new().bytes(b"a").digest(), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(Fnv::new().bytes(b"foobar").digest(), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn where_a_text_ends_matters() {
        let of = |texts: [&str; 2]| Fnv::new().text(texts[0]).text(texts[1]).digest();
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
    }
}
