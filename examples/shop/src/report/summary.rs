use crate::money::Money;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt;

/// The totals of an import. As JSON, its fields stand in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many orders were placed.
    pub orders: u64,
    /// How many customers placed them.
    pub customers: u64,
    /// How many CDs were sold.
    pub items: u64,
    /// What they were sold for.
    pub revenue: Money,
    /// The day of the first order.
    pub first: Option<Date>,
    /// The day of the last order.
    pub last: Option<Date>,
    /// Those who spent most, by what they spent, descending, then by name.
    pub top: Vec<TopCustomer>,
}

/// A customer, and what they bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopCustomer {
    /// The customer.
    pub customer: String,
    /// How many orders they placed.
    pub orders: u64,
    /// How many CDs they bought.
    pub items: u64,
    /// What they paid for them.
    pub spent: Money,
}

impl Summary {
    /// The totals as one line of JSON, money and days as text.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

/// The totals as two lines of text.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            orders,
            customers,
            items,
            revenue,
            ..
        } = self;
        write!(f, "orders {orders}, customers {customers}")?;
        if let (Some(first), Some(last)) = (self.first, self.last) {
            write!(f, ", from {first} to {last}")?;
        }
        write!(f, "\nCDs {items}, revenue ${revenue}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn summary() -> Summary {
        Summary {
            orders: 2,
            customers: 1,
            items: 4,
            revenue: Money::from_cents(5906),
            first: Some(date(1997, 1, 1)),
            last: Some(date(1997, 1, 18)),
            top: vec![TopCustomer {
                customer: "00004".to_owned(),
                orders: 2,
                items: 4,
                spent: Money::from_cents(5906),
            }],
        }
    }

    #[test]
    fn json_is_one_line_in_this_order() {
        assert_eq!(
            summary().json().unwrap(),
            r#"{"orders":2,"customers":1,"items":4,"revenue":"59.06","first":"1997-01-01","last":"1997-01-18","top":[{"customer":"00004","orders":2,"items":4,"spent":"59.06"}]}"#
        );
    }

    #[test]
    fn nothing_sold_is_told_too() {
        let nothing = Summary::default();
        assert_eq!(
            nothing.json().unwrap(),
            r#"{"orders":0,"customers":0,"items":0,"revenue":"0.00","first":null,"last":null,"top":[]}"#
        );
        assert_eq!(
            nothing.to_string(),
            "orders 0, customers 0\nCDs 0, revenue $0.00"
        );
    }

    #[test]
    fn the_text_is_two_lines() {
        assert_eq!(
            summary().to_string(),
            "orders 2, customers 1, from 1997-01-01 to 1997-01-18\nCDs 4, revenue $59.06"
        );
    }
}
