//! The read models: who bought how much, what each month brought, and the totals.

use super::customer::{CustomerId, OrderPlaced, Registered};
use crate::money::Money;
use cqrs_core::prelude::*;
use cqrs_core::{Cursor, Page};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fmt;

/// What a customer bought so far: one row a customer.
#[derive(Projection, Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[projection("customer-orders", key = CustomerId)]
pub struct CustomerOrders {
    /// How many orders.
    pub orders: u64,
    /// How many CDs.
    pub items: u64,
    /// What they cost in all.
    #[index]
    pub spent: Money,
    /// The day of the first purchase.
    pub first: Option<Date>,
    /// The day of the last purchase.
    pub last: Option<Date>,
}

#[project]
impl CustomerOrders {
    fn order_placed(&mut self, event: &OrderPlaced, at: &Recorded) {
        self.orders += 1;
        self.items += u64::from(event.items);
        self.spent += event.amount;
        widen(&mut self.first, &mut self.last, day(at));
    }
}

/// Asks for the customers who spent most, by what they spent, descending, then by their ids.
#[derive(Query)]
pub struct TopCustomers {
    /// How many.
    pub limit: usize,
}

/// Asks for the customers who spent so much, in the order of [`TopCustomers`], a page at a time.
#[derive(Query)]
pub struct SpentBetween {
    /// The least that they spent.
    pub least: Money,
    /// The most that they spent.
    pub most: Money,
    /// How many a page holds.
    pub page_size: usize,
    /// Where the page before ended; none before the first.
    pub after: Option<Cursor>,
}

#[answer]
impl CustomerOrders {
    async fn top(rows: &Rows<Self>, query: &TopCustomers) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Self::SPENT).descending().limit(query.limit).await
    }

    async fn spent(rows: &Rows<Self>, query: &SpentBetween) -> Result<Page<Self>, ReadError> {
        rows.by(Self::SPENT)
            .descending()
            .within(Self::SPENT, query.least..=query.most)
            .after(&query.after)
            .limit(query.page_size)
            .page()
            .await
    }
}

/// What each month brought: one value.
#[derive(Projection, Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[projection("monthly-revenue")]
pub struct MonthlyRevenue {
    months: BTreeMap<Month, Money>,
}

#[project]
impl MonthlyRevenue {
    fn order_placed(&mut self, event: &OrderPlaced, at: &Recorded) {
        *self.months.entry(Month::of(day(at))).or_default() += event.amount;
    }
}

/// Asks for the revenue of each month that had any order, in order.
#[derive(Query)]
pub struct RevenueByMonth;

#[answer]
impl MonthlyRevenue {
    fn by_month(&self, _: &RevenueByMonth) -> Vec<(Month, Money)> {
        self.months
            .iter()
            .map(|(month, revenue)| (month.clone(), *revenue))
            .collect()
    }
}

/// The totals of the shop: one value.
#[derive(Projection, Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[projection("shop-totals")]
pub struct ShopTotals {
    /// How many customers registered.
    pub customers: u64,
    /// How many orders they placed.
    pub orders: u64,
    /// How many CDs they bought.
    pub items: u64,
    /// What they paid.
    pub revenue: Money,
    /// The day of the first order.
    pub first: Option<Date>,
    /// The day of the last order.
    pub last: Option<Date>,
}

#[project]
impl ShopTotals {
    fn registered(&mut self, _: &Registered) {
        self.customers += 1;
    }

    fn order_placed(&mut self, event: &OrderPlaced, at: &Recorded) {
        self.orders += 1;
        self.items += u64::from(event.items);
        self.revenue += event.amount;
        widen(&mut self.first, &mut self.last, day(at));
    }
}

/// Asks for the totals.
#[derive(Query)]
pub struct Totals;

#[answer]
impl ShopTotals {
    fn totals(&self, _: &Totals) -> Self {
        self.clone()
    }
}

/// A month of a year; displays as `1997-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month(String);

impl Month {
    fn of(day: Date) -> Self {
        Self(format!("{:04}-{:02}", day.year(), day.month()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The day on which it happened.
fn day(at: &Recorded) -> Date {
    at.occurred_at.to_zoned(TimeZone::UTC).date()
}

fn widen(first: &mut Option<Date>, last: &mut Option<Date>, day: Date) {
    *first = Some(first.map_or(day, |first| first.min(day)));
    *last = Some(last.map_or(day, |last| last.max(day)));
}
