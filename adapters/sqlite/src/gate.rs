//! Lets the writer have the file without readers for a moment.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Readers go through it, each for the time of one read.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    reading: usize,
    shut: bool,
}

/// One that reads.
struct Passing<'a>(&'a Gate);

impl Drop for Passing<'_> {
    fn drop(&mut self) {
        self.0.state().reading -= 1;
        self.0.changed.notify_all();
    }
}

impl Gate {
    /// Reads, once the gate is open.
    pub(crate) fn pass<T>(&self, read: impl FnOnce() -> T) -> T {
        let mut state = self.state();
        while state.shut {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.reading += 1;
        drop(state);
        let _passing = Passing(self);
        read()
    }

    /// Does something while nobody reads; not if one goes on to read for longer than that.
    pub(crate) fn shut<T>(&self, patience: Duration, work: impl FnOnce() -> T) -> Option<T> {
        let mut state = self.state();
        state.shut = true;
        let (state, waited) = self
            .changed
            .wait_timeout_while(state, patience, |state| state.reading > 0)
            .unwrap_or_else(PoisonError::into_inner);
        drop(state);
        let done = (!waited.timed_out()).then(work);
        self.state().shut = false;
        self.changed.notify_all();
        done
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn nobody_reads_while_it_is_shut_and_whoever_reads_for_long_keeps_it_open() {
        let gate = Gate::default();
        assert_eq!(gate.shut(Duration::ZERO, || 1), Some(1));
        std::thread::scope(|scope| {
            let (begun, begins) = mpsc::channel();
            let (end, ends) = mpsc::channel::<()>();
            let gate = &gate;
            scope.spawn(move || {
                gate.pass(|| {
                    begun.send(()).unwrap();
                    ends.recv().unwrap();
                });
            });
            begins.recv().unwrap();
            assert_eq!(gate.shut(Duration::from_millis(1), || 2), None);
            assert_eq!(gate.pass(|| 3), 3, "it is open again");
            end.send(()).unwrap();
            assert_eq!(gate.shut(Duration::from_mins(1), || 4), Some(4));
        });
    }
}
