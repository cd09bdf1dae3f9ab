//! What the read models show of what happened.

use cqrs_core::Timestamp;
use cqrs_core::testing::ProjectionFixture;
use jiff::civil::date;
use shop::domain::{CustomerId, CustomerOrders, OrderPlaced, Registered, ShopTotals};
use shop::money::Money;

fn order(items: u32, cents: i64) -> OrderPlaced {
    let amount = Money::from_cents(cents);
    OrderPlaced { items, amount }
}

fn customer(id: &str) -> CustomerId {
    CustomerId::from(id)
}

fn noon(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

#[test]
fn a_customer_has_a_row_from_the_first_order_on() {
    CustomerOrders::given(customer("4"), (Registered, order(2, 2_933)))
        .occurred_at(noon("1997-01-18"))
        .and(customer("5"), Registered)
        .and(customer("4"), order(1, 1_477))
        .occurred_at(noon("1997-01-02")) // a log need not be in the order of days
        .shows(
            &customer("4"),
            CustomerOrders {
                orders: 2,
                items: 3,
                spent: Money::from_cents(4_410),
                first: Some(date(1997, 1, 2)),
                last: Some(date(1997, 1, 18)),
            },
        )
        .and_nothing_else();
}

#[test]
fn the_totals_are_those_of_all_customers() {
    ShopTotals::given(customer("4"), (Registered, order(2, 2_933)))
        .occurred_at(noon("1997-01-18"))
        .and(customer("5"), (Registered, order(1, 0)))
        .occurred_at(noon("1997-02-01"))
        .shows_value(ShopTotals {
            customers: 2,
            orders: 2,
            items: 3,
            revenue: Money::from_cents(2_933),
            first: Some(date(1997, 1, 18)),
            last: Some(date(1997, 2, 1)),
        });
}
