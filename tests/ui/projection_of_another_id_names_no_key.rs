//! The rows are by customer, the event's stream is by order: which row is it for?
use cqrs_core::prelude::*;

#[derive(Id)]
pub struct OrderId(u64);

#[derive(Id)]
pub struct CustomerId(u64);

#[events("order")]
pub enum OrderEvent {
    Placed { customer: CustomerId },
}

#[derive(Aggregate, Default)]
#[aggregate("order", id = OrderId)]
pub struct Order;

#[apply]
impl Order {
    fn placed(&mut self, _: &Placed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("orders-of-customers", key = CustomerId)]
pub struct OrdersOfCustomer {
    orders: u64,
}

#[project]
impl OrdersOfCustomer {
    fn placed(&mut self, _: &Placed) {
        self.orders += 1;
    }
}

fn main() {}
