//! The id is that of another aggregate than the event's.
use cqrs_core::prelude::*;

#[derive(Id)]
pub struct CopyId(String);

#[derive(Id)]
pub struct MemberId(String);

#[events("copy")]
pub enum CopyEvent {
    Lent { member: MemberId },
    Returned { member: MemberId },
}

#[derive(Aggregate, Default)]
#[aggregate("copy", id = CopyId)]
pub struct BookCopy;

#[apply]
impl BookCopy {
    fn lent(&mut self, _: &Lent) {}
    fn returned(&mut self, _: &Returned) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("loans", key = MemberId)]
pub struct Loans {
    copies: Vec<MemberId>,
}

#[project]
impl Loans {
    #[key(event.member)]
    fn lent(&mut self, event: &Lent, copy: &MemberId) {
        self.copies.push(copy.clone());
    }

    #[key(event.member)]
    fn returned(&mut self, event: &Returned, copy: &String) {
        self.copies.clear();
    }
}

fn main() {}
