//! `#[answer]`: from rows, from one value with a resource, and by a service.
use super::*;

#[answer]
impl Balance {
    pub async fn richest(rows: &Rows<Self>, query: &Richest) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Balance::AMOUNT)
            .descending()
            .limit(query.limit)
            .await
    }
}

#[answer]
impl Total {
    pub fn how_much(&self, _: &HowMuch, limit: &Limit) -> u64 {
        self.amount.min(limit.0)
    }
}

#[answer]
impl Rates {
    pub fn rate(&self, _: &Rate) -> u64 {
        self.percent.load(Ordering::Relaxed)
    }
}
