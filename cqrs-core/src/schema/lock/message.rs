//! The text of an error that is found in a constant, where nothing formats.

/// How long a message may be; what is longer is cut off.
const LONGEST: usize = 1024;

#[derive(Clone, Copy)]
pub(super) struct Message {
    text: [u8; LONGEST],
    len: usize,
}

impl Message {
    pub(super) const fn new(text: &str) -> Self {
        Self {
            text: [0; LONGEST],
            len: 0,
        }
        .then(text.as_bytes())
    }

    /// With `text`, which is whole characters, at its end.
    pub(super) const fn then(mut self, text: &[u8]) -> Self {
        if text.len() > LONGEST - self.len {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.text[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(super) const fn and(self, text: &str) -> Self {
        self.then(text.as_bytes())
    }

    pub(super) const fn number(self, number: u32) -> Self {
        let mut digits = [0; 10];
        let mut first = digits.len();
        let mut rest = number;
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.then(digits.split_at(first).1)
    }

    pub(super) const fn text(&self) -> &str {
        match str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "events.lock says something else, in text that is not UTF-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_put_together_and_not_longer_than_it_may_be() {
        let message = Message::new("version ")
            .number(1_203)
            .and(" of ")
            .then("größe".as_bytes());
        assert_eq!(message.text(), "version 1203 of größe");
        let long = "ä".repeat(500);
        assert_eq!(Message::new(&long).and(&long).text(), long);
        let longest = "l".repeat(LONGEST);
        assert_eq!(Message::new(&longest).text(), longest);
    }
}
