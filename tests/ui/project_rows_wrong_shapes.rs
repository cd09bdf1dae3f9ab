//! Methods that change rows of their own choice, each with another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[events("order")]
pub enum OrderEvent {
    Placed { lines: Vec<String> },
    Paid { by: String },
    Returned { lines: Vec<String> },
}

#[derive(Aggregate, Default)]
#[aggregate("order", id = String)]
pub struct Order;

#[apply]
impl Order {
    fn placed(&mut self, _: &Placed) {}
    fn paid(&mut self, _: &Paid) {}
    fn returned(&mut self, _: &Returned) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sales", key = String)]
pub struct Sales {
    pub pieces: u32,
}

#[project]
impl Sales {
    fn placed(_: &RowsMut<Self>, _: &Placed) {}

    #[key(event.by)]
    fn paid(_: &mut RowsMut<Self>, _: &Paid) {}

    fn returned(_: &mut RowsMut<Self>, _: &Returned) -> Change {
        Change::Keep
    }
}

fn main() {}
