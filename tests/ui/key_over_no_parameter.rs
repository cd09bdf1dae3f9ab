//! A key names what no parameter of its method is called.
use cqrs_core::prelude::*;

#[events("loan")]
pub enum LoanEvent {
    Lent { title: String },
    Returned { title: String },
}

#[derive(Aggregate, Default)]
#[aggregate("loan", id = u64)]
pub struct Loan;

#[apply]
impl Loan {
    fn lent(&mut self, _: &Lent) {}
    fn returned(&mut self, _: &Returned) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("titles", key = String)]
pub struct Title {
    loans: u64,
}

#[project]
impl Title {
    #[key(event.title)]
    fn lent(&mut self, _: &Lent) {
        self.loans += 1;
    }
    #[key(event.title.clone())]
    fn returned(&mut self, it: &Returned, at: &Recorded) {
        self.loans -= 1;
    }
}

fn main() {}
