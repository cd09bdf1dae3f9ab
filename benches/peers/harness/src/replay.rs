//! The load of one long stream.

use crate::{Bank, Error, Line, Work};
use std::time::Instant;

const ACCOUNT: u64 = 1;

/// Loads the account again and again until the time is over, once at least.
pub(crate) async fn measure<B: Bank>(bank: &B, work: &Work) -> Result<Line, Error> {
    bank.fill(ACCOUNT, B::LONG).await?;
    let (begun, mut loads) = (Instant::now(), Vec::new());
    while loads.is_empty() || begun.elapsed() < work.time {
        let asked = Instant::now();
        let balance = bank.load(ACCOUNT).await?;
        loads.push(asked.elapsed());
        if balance != B::LONG - 1 {
            return Err(format!("the account holds {balance}, not {}", B::LONG - 1).into());
        }
    }
    Ok(Line::of_loads::<B>(work, loads))
}
