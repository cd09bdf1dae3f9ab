//! What a method returns says what becomes of its row, and nothing else.
use cqrs_core::prelude::*;

#[events("order")]
pub enum OrderEvent {
    Placed { pieces: u32 },
}

#[derive(Aggregate, Default)]
#[aggregate("order", id = String)]
pub struct Order;

#[apply]
impl Order {
    fn placed(&mut self, _: &Placed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sales", key = String)]
pub struct Sales {
    pub pieces: u32,
}

#[project]
impl Sales {
    fn placed(&mut self, event: &Placed) -> u32 {
        self.pieces += event.pieces;
        self.pieces
    }
}

fn main() {}
