//! Nothing handles `CloseAccount`, and it is dispatched: once at the definition, once at the dispatch.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
#[command("account.close")]
pub struct CloseAccount {
    #[id]
    pub account: String,
}

async fn close(bus: &Bus<Memory>) {
    let _ = bus.dispatch(CloseAccount { account: "a".into() }).await;
}

fn main() {}
