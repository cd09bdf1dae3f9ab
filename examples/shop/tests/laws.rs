//! The customer and the views of orders keep to the laws, whatever is asked.

use cqrs_core::testing::laws;
use cqrs_core::testing::proptest::prelude::*;
use shop::domain::{
    Customer, CustomerId, CustomerOrders, MonthlyRevenue, PlaceOrder, RegisterCustomer, ShopTotals,
};
use shop::money::Money;

#[test]
fn a_customer_obeys_the_laws() {
    let customer = || prop_oneof!["1", "2"].prop_map(CustomerId::from);
    let order = (customer(), 0..9_u32, -100..10_000_i64);
    laws::<Customer>()
        .command(customer().prop_map(|customer| RegisterCustomer { customer }))
        .command(order.prop_map(|(customer, items, cents)| PlaceOrder {
            customer,
            items,
            amount: Money::from_cents(cents),
        }))
        .projection::<CustomerOrders>()
        .projection::<MonthlyRevenue>()
        .projection::<ShopTotals>()
        .hold();
}
