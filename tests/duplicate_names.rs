//! Two types under one stored name: the bus does not open, and says where both are.

use cqrs_core::OpenError;
use cqrs_core::catalogue::{Catalogue, ExplainError, explain};
use cqrs_core::prelude::*;
use cqrs_core::registry::{Kind, Need, Registration};

mod bank {
    use cqrs_core::prelude::*;

    #[derive(Event, Serialize, Deserialize)]
    #[event("opened")]
    pub struct AccountOpened {}

    #[derive(Aggregate, Default)]
    #[aggregate(id = String)]
    pub struct Account;

    #[apply]
    impl Account {
        fn opened(&mut self, _: &AccountOpened) {}
    }
}

mod hotel {
    use cqrs_core::prelude::*;

    #[derive(Event, Serialize, Deserialize)]
    #[event("opened")]
    pub struct RoomOpened {}

    #[derive(Aggregate, Default)]
    #[aggregate(id = String)]
    pub struct Room;

    #[apply]
    impl Room {
        fn opened(&mut self, _: &RoomOpened) {}
    }
}

#[tokio::test]
async fn a_name_stands_for_one_type() {
    let error = Bus::open(Memory::new()).await.unwrap_err();
    let OpenError::DuplicateName(duplicate) = &error else {
        panic!("{error:?}")
    };
    assert_eq!((duplicate.kind, duplicate.name), (Kind::Event, "opened"));
    let told = error.to_string();
    for part in ["AccountOpened", "RoomOpened", "duplicate_names.rs:"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn the_catalogue_takes_none_of_them_for_the_other() {
    let duplicate = Catalogue::of_program().unwrap_err();
    assert_eq!((duplicate.kind, duplicate.name), (Kind::Event, "opened"));
    let error = explain::<bank::AccountOpened>().unwrap_err();
    assert_eq!(error, ExplainError::DuplicateName(duplicate));
}

#[test]
fn what_is_registered_shows_what_it_is_and_where() {
    let event = Registration::event::<bank::AccountOpened>("bank.rs:7");
    assert_eq!(
        format!("{event:?}"),
        "event `opened` (duplicate_names::bank::AccountOpened) at bank.rs:7"
    );
    let need = Need::of::<String>();
    assert_eq!(format!("{need:?}"), "Need(alloc::string::String)");
}
