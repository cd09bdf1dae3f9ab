use super::TopCustomer;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use std::iter;

/// The customers as a table, in the order given, at most `width` columns wide; the first has the rank `first`.
pub fn table(customers: &[TopCustomer], first: usize, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(["rank", "customer", "orders", "CDs", "spent"].map(right));
    for (rank, customer) in iter::zip(first.., customers) {
        table.add_row(
            [
                rank.to_string(),
                customer.customer.clone(),
                customer.orders.to_string(),
                customer.items.to_string(),
                customer.spent.to_string(),
            ]
            .map(right),
        );
    }
    format!("{table}\n")
}

fn right(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    fn customer(customer: &str, cents: i64) -> TopCustomer {
        TopCustomer {
            customer: customer.to_owned(),
            orders: 3,
            items: 12,
            spent: Money::from_cents(cents),
        }
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let text = table(&[customer("00004", 100_000), customer("00021", 99)], 9, 80);
        assert_eq!(
            text,
            "┌──────┬──────────┬────────┬─────┬─────────┐\n\
             │ rank ┆ customer ┆ orders ┆ CDs ┆   spent │\n\
             ╞══════╪══════════╪════════╪═════╪═════════╡\n\
             │    9 ┆    00004 ┆      3 ┆  12 ┆ 1000.00 │\n\
             │   10 ┆    00021 ┆      3 ┆  12 ┆    0.99 │\n\
             └──────┴──────────┴────────┴─────┴─────────┘\n"
        );
    }

    #[test]
    fn it_keeps_to_the_width() {
        let text = table(&[customer(&"9".repeat(200), i64::MAX)], 1, 40);
        assert!(
            text.lines().all(|line| line.chars().count() <= 40),
            "{text}"
        );
    }

    #[test]
    fn no_customers_are_a_header() {
        assert!(table(&[], 1, 80).contains("customer"));
    }
}
