//! `shop report`, `shop history CUSTOMER`, `shop as-of DATE CUSTOMER`: what is asked of a store
//! that an import filled.

use crate::importing::{full, summary};
use crate::kept::Kept;
use clap::Args;
use cqrs_core::RecordedEvent;
use cqrs_core::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shop::domain::{Customer, CustomerId, OrderPlaced, Registered};
use shop::money::Money;
use std::fmt::Write;

#[derive(Args)]
pub struct Reporting {
    #[command(flatten)]
    kept: Kept,
    /// Prints the totals as one line of JSON.
    #[arg(long)]
    json: bool,
}

impl Reporting {
    /// The totals, the top customers, the months.
    pub async fn run(self) -> anyhow::Result<String> {
        let bus = self.kept.open_to_ask().await?;
        bus.close().await?; // the read models show all by then
        let summary = summary(&bus).await?;
        let shown = if self.json {
            summary.json()?
        } else {
            full(&bus, &summary).await?
        };
        bus.store().clone().close().await;
        Ok(shown)
    }
}

#[derive(Args)]
pub struct Story {
    /// The customer, as the log prints it.
    customer: String,
    #[command(flatten)]
    kept: Kept,
}

impl Story {
    /// What happened to a customer, a line each.
    pub async fn run(self) -> anyhow::Result<String> {
        let bus = self.kept.open_to_ask().await?;
        let customer = CustomerId::from(self.customer.as_str());
        let events = bus.history::<Customer>(&customer).await?;
        bus.store().clone().close().await;
        if events.is_empty() {
            return Ok(format!("there is no customer {customer}"));
        }
        let mut shown = format!("Customer {customer}\n");
        for event in &events {
            writeln!(shown, "{}", told(event)?)?;
        }
        Ok(shown)
    }
}

fn told(event: &RecordedEvent) -> anyhow::Result<String> {
    let recorded = event.recorded();
    let (version, day) = (recorded.version, day(recorded.occurred_at));
    Ok(match event.name() {
        "customer.order_placed" => {
            let order = event.decode::<OrderPlaced>()?;
            format!(
                "{version:>4}  {day}  {:>3} CDs  {:>9}",
                order.items,
                order.amount.to_string()
            )
        }
        _ => format!("{version:>4}  {day}  registered"),
    })
}

#[derive(Args)]
pub struct AsOf {
    /// The day, as YYYY-MM-DD: what happened up to its end counts.
    date: Date,
    /// The customer, as the log prints it.
    customer: String,
    #[command(flatten)]
    kept: Kept,
}

impl AsOf {
    /// What a customer had bought by then.
    pub async fn run(self) -> anyhow::Result<String> {
        let bus = self.kept.open_to_ask().await?;
        let customer = CustomerId::from(self.customer.as_str());
        let events = bus.history::<Customer>(&customer).await?;
        bus.store().clone().close().await;
        let (mut registered, mut orders, mut items, mut spent) =
            (None, 0_u64, 0_u64, Money::default());
        let by_then = |event: &&RecordedEvent| day(event.recorded().occurred_at) <= self.date;
        for event in events.iter().filter(by_then) {
            if event.decode::<Registered>().is_ok() {
                registered = Some(day(event.recorded().occurred_at));
                continue;
            }
            let order = event.decode::<OrderPlaced>()?;
            orders += 1;
            items += u64::from(order.items);
            spent += order.amount;
        }
        Ok(match registered {
            None => format!("On {} there was no customer {customer}", self.date),
            Some(since) => format!(
                "Customer {customer} on {}: registered since {since}; orders {orders}, CDs {items}, spent {spent}",
                self.date
            ),
        })
    }
}

fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}
