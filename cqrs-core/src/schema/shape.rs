/// What an event stores, as its definition says it: a line for each field, `name: Type`, with the
/// `#[serde(..)]` attributes that bear on it behind; those of the whole stand on lines of their own.
///
/// It knows the types by what is written, not what they hold: that, the samples of `events.lock` show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape(&'static [&'static str]);

impl Shape {
    /// Of these lines.
    pub const fn of(lines: &'static [&'static str]) -> Self {
        Self(lines)
    }

    /// The lines.
    pub const fn lines(&self) -> &'static [&'static str] {
        self.0
    }
}
