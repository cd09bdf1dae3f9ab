//! `#[derive(Event)]`: applied, and kept for the record.
use super::*;

#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event("account.withdrawn", version = 2)]
pub struct Withdrawn {
    pub amount: u64,
}

#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Noted;
