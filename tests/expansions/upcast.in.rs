//! `#[upcast]`.
use super::*;

/// What version 1 of `Withdrawn` wrote.
#[derive(Deserialize)]
pub struct WithdrawnV1 {
    cents: u64,
}

#[upcast]
impl Withdrawn {
    #[from(1)]
    fn from_v1(old: WithdrawnV1) -> Self {
        let amount = old.cents;
        Self { amount }
    }
}

#[upcast]
impl Deposited {
    #[from(1)]
    fn from_v1(old: Self, at: &Recorded) -> Result<Self, String> {
        if at.version.get() == 0 {
            return Err("no event has version 0".to_owned());
        }
        Ok(old)
    }
}
