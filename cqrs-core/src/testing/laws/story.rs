use super::asked::{Decided, line};
use super::law::Breach;
use crate::log::Timestamp;
use crate::store::NewEvent;

/// What happened and what was asked, as a failure tells it.
#[derive(Debug, Default)]
pub(super) struct Story {
    lines: Vec<String>,
    /// How many things are told.
    told: usize,
    /// The line of the last command, until it was decided.
    last: Option<usize>,
}

impl Story {
    /// Events that are given.
    pub(super) fn happened(&mut self, instance: &str, events: &[NewEvent]) {
        for event in events {
            self.told += 1;
            let event = line(&event.name, &event.data);
            self.lines
                .push(format!("  {}. `{instance}` has {event}", self.told));
        }
    }

    /// A command that is decided next, at that time, if the time is to be told.
    pub(super) fn asked(&mut self, instance: &str, command: &str, time: Option<Timestamp>) {
        self.told += 1;
        self.last = Some(self.lines.len());
        let at = time.map_or_else(String::new, |time| format!("at {time} "));
        self.lines.push(format!(
            "  {}. {at}`{instance}` is asked {command}",
            self.told
        ));
    }

    /// What the last command led to.
    pub(super) fn decided(&mut self, decided: &Decided) {
        match decided {
            Decided::Events(events) if events.is_empty() => {
                self.lines.push("     and nothing happens".to_owned());
            }
            Decided::Events(events) => {
                for event in events {
                    let event = line(&event.name, &event.data);
                    self.lines.push(format!("     and records {event}"));
                }
            }
            Decided::Refused(error) => {
                let error = error.split_whitespace().collect::<Vec<_>>().join(" ");
                self.lines.push(format!("     and refuses: {error}"));
            }
        }
    }

    /// Nothing more is asked.
    pub(super) fn ends(&mut self) {
        self.last = None;
    }

    /// The breach that the story led to.
    pub(super) fn of(self, breach: Breach) -> Breach {
        let story = self.lines();
        Breach { story, ..breach }
    }

    /// The lines; the command on which the story broke off is marked.
    fn lines(mut self) -> Vec<String> {
        if let Some(last) = self.last.and_then(|last| self.lines.get_mut(last)) {
            last.replace_range(..1, ">");
        }
        self.lines
    }
}
