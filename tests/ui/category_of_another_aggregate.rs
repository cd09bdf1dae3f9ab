//! The category is that of another aggregate, as one copies it; or another one is stated.
use cqrs_core::prelude::*;

#[commands("copy", member: String)]
pub enum MemberCommand {
    Register,
    #[command("copy.greet")] // a name that is spelled out is what it is
    Greet,
}

#[events("copy")]
pub enum MemberEvent {
    Registered { name: String },
    #[event(record = Member)]
    Greeted,
}

#[derive(Aggregate, Default)]
#[aggregate("member", id = String)]
pub struct Member;

#[handle]
impl Member {
    fn register(&self, _: &Register) -> Registered {
        Registered { name: String::new() }
    }

    fn greet(&self, _: &Greet) -> Greeted {
        Greeted
    }
}

#[apply]
impl Member {
    fn registered(&mut self, _: &Registered) {}
}

mod shelves {
    use cqrs_core::prelude::*;

    #[events("library", aggregate = "shelves")]
    pub enum ShelfEvent {
        Filled,
    }

    #[derive(Aggregate, Default)]
    #[aggregate("shelf", id = String)]
    pub struct Shelf;

    #[apply]
    impl Shelf {
        fn filled(&mut self, _: &Filled) {}
    }
}

fn main() {}
