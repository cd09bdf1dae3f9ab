use std::fmt;

/// What the code of every aggregate and projection is to keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    HandlersDecide,
    AppliesDoNotPanic,
    EventsComeBack,
    TheSameTwice,
    TheSameAfterReplay,
    ReplayIsTheState,
    SnapshotAndTail,
    /// One of the user's own, in his words.
    Always(&'static str),
    EventsFold,
    AnyBatches,
}

impl Law {
    /// Why it may have been broken, where that is not plain.
    pub(super) fn remedy(self) -> Option<&'static str> {
        match self {
            // that an event is lost says why itself
            Self::HandlersDecide
            | Self::AppliesDoNotPanic
            | Self::EventsComeBack
            | Self::Always(_)
            | Self::EventsFold => None,
            Self::TheSameTwice => Some(
                "a handler must depend on nothing but the state, the command, its `Context` and \
                 resources: the time is `context.now()`",
            ),
            Self::TheSameAfterReplay | Self::ReplayIsTheState => Some(
                "an `#[apply]` method must depend on nothing but the state and the event, and the \
                 event must keep all that it reads: is there a `#[serde(skip)]`?",
            ),
            Self::SnapshotAndTail => {
                Some("what a state says must survive `Serialize` and `Deserialize`")
            }
            Self::AnyBatches => Some(
                "a `#[project]` method must depend on nothing but the row, the event and its \
                 `Recorded`, and a row must survive `Serialize` and `Deserialize`",
            ),
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HandlersDecide => "a handler decides, or refuses: it does not panic",
            Self::AppliesDoNotPanic => "what was decided can be applied: no `#[apply]` panics",
            Self::EventsComeBack => "an event comes back from the log as it was",
            Self::TheSameTwice => "asked twice, a handler decides the same",
            Self::TheSameAfterReplay => {
                "on a state replayed from the log a handler decides as on the live one"
            }
            Self::ReplayIsTheState => "a state replayed from the log is the live one",
            Self::SnapshotAndTail => "a snapshot and the events after it lead to the whole state",
            Self::Always(rule) => rule,
            Self::EventsFold => "a projection folds every event",
            Self::AnyBatches => {
                "a projection comes to the same rows, in whatever batches the events come"
            }
        })
    }
}

/// A law that was seen broken.
#[derive(Debug)]
pub(super) struct Breach {
    pub(super) law: Law,
    /// What led to it, a line each.
    pub(super) story: Vec<String>,
    /// What was seen.
    pub(super) seen: String,
}

impl Breach {
    pub(super) fn new(law: Law, seen: impl fmt::Display) -> Self {
        Self {
            law,
            story: Vec::new(),
            seen: seen.to_string(),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.law)?;
        for line in &self.story {
            writeln!(f, "  {line}")?;
        }
        if !self.story.is_empty() {
            writeln!(f)?;
        }
        write!(f, "{}", self.seen.trim_end())?;
        match self.law.remedy() {
            Some(remedy) => write!(f, "\n\n{remedy}"),
            None => Ok(()),
        }
    }
}
