//! `#[derive(Aggregate)]` and `#[apply]` where snapshots are asked for.
use super::*;

/// What is read off a meter.
#[derive(Event, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[event("meter.read")]
pub struct MeterRead {
    pub at: u64,
}

#[derive(Debug, Default, PartialEq, Aggregate, Serialize, Deserialize)]
#[aggregate("meter", id = u64, snapshot_every = 500, version = 2)]
pub struct Meter {
    pub last: u64,
    #[serde(default)]
    pub readings: u64,
}

#[apply]
impl Meter {
    /// Comments do not make snapshots stale.
    fn read(&mut self, event: &MeterRead) {
        self.last = event.at;
        self.readings += 1;
    }
}
