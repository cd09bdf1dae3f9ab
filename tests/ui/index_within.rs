//! `#[index(within = ..)]` names another index of the projection.
use cqrs_core::prelude::*;

#[events("item")]
pub enum ItemEvent {
    #[event(record = Item)]
    Added { list: u64, due: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Item;

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = u64)]
pub struct Listed {
    pub list: u64,
    #[index(within = list)]
    pub due: u64,
    #[index(within = added)]
    pub added: u64,
    #[index(unique)]
    pub place: u64,
    #[index(within)]
    pub text: String,
    #[index = "list"]
    pub note: String,
}

#[project]
impl Listed {
    fn added(&mut self, event: &Added) {
        self.list = event.list;
        self.due = event.due;
    }
}

fn main() {}
