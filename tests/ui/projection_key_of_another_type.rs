//! The key is not of the projection's key type.
use cqrs_core::prelude::*;

#[events("order")]
pub enum OrderEvent {
    Placed { customer: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("order", id = String)]
pub struct Order;

#[apply]
impl Order {
    fn placed(&mut self, _: &Placed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("orders-of-customers", key = String)]
pub struct OrdersOfCustomer {
    orders: u64,
}

#[project]
impl OrdersOfCustomer {
    #[key(event.customer)]
    fn placed(&mut self, event: &Placed) {
        self.orders += event.customer;
    }
}

fn main() {}
