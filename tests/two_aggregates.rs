//! A rule over two aggregates, as the guide writes it: whatever comes twice, is refused or breaks
//! off, a member holds what a copy is lent to, and nothing else.

use cqrs_core::log::LogFilter;
use std::time::Duration;

/// The library of the guide.
#[allow(missing_docs, reason = "it is shown in the guide as it is")]
mod lending {
    include!("../cqrs-core/src/guide/lending.rs");

    impl Member {
        pub fn has(&self) -> Vec<String> {
            self.copies.iter().map(CopyId::to_string).collect()
        }
    }

    impl BookCopy {
        pub fn with(&self) -> Option<String> {
            self.with.as_ref().map(MemberId::to_string)
        }
    }
}

use lending::*;

async fn library() -> Library {
    Bus::open(Memory::new()).await.unwrap()
}

fn request() -> Request {
    Request::new(CommandId::generate())
}

async fn has(library: &Library, member: &MemberId) -> Vec<String> {
    library.load::<Member>(member).await.unwrap().state.has()
}

async fn with(library: &Library, copy: &CopyId) -> Option<String> {
    library.load::<BookCopy>(copy).await.unwrap().state.with()
}

use cqrs_core::bus::Request;
use cqrs_core::prelude::*;

#[tokio::test]
async fn a_request_that_comes_twice_has_one_effect() {
    let library = library().await;
    let (ada, dune) = (MemberId::from("ada"), CopyId::from("dune"));
    let twice = request().actor("ada");
    let first = borrow(&library, &twice, &ada, &dune).await.unwrap();
    let again = borrow(&library, &twice, &ada, &dune).await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!(
        (first.version, first.position),
        (again.version, again.position)
    );
    assert_eq!(library.history::<BookCopy>(&dune).await.unwrap().len(), 1);

    // all of it belongs to the request, and says who asked
    for event in library.history::<Member>(&ada).await.unwrap() {
        let metadata = &event.recorded().metadata;
        assert_eq!(metadata.correlation_id, *twice.id().as_uuid());
        assert_eq!(metadata.actor.as_deref(), Some("ada"));
    }
}

#[tokio::test]
async fn a_refused_request_that_comes_again_is_decided_anew_and_takes_its_place_again() {
    let library = library().await;
    let (ada, bob) = (MemberId::from("ada"), MemberId::from("bob"));
    let dune = CopyId::from("dune");
    borrow(&library, &request(), &ada, &dune).await.unwrap();

    let bobs = request();
    for _ in 0..2 {
        let refused = borrow(&library, &bobs, &bob, &dune).await;
        assert!(matches!(
            refused,
            Err(DeskError::Copy(DispatchError::Rejected(CopyError::OnLoan)))
        ));
        assert_eq!(
            has(&library, &bob).await,
            [""; 0],
            "the grant is given back"
        );
    }
    library
        .dispatch(TakeBack { copy: dune.clone() })
        .await
        .unwrap();
    let lent = borrow(&library, &bobs, &bob, &dune).await.unwrap();
    assert!(!lent.repeated);
    assert_eq!(has(&library, &bob).await, ["dune"]);
    assert_eq!(with(&library, &dune).await.as_deref(), Some("bob"));
    assert!(borrow(&library, &bobs, &bob, &dune).await.unwrap().repeated);
}

#[tokio::test]
async fn a_desk_that_breaks_off_is_finished_by_whoever_follows_the_log() {
    let library = library().await;
    let (ada, bob) = (MemberId::from("ada"), MemberId::from("bob"));
    let (dune, emma) = (CopyId::from("dune"), CopyId::from("emma"));
    borrow(&library, &request(), &ada, &emma).await.unwrap();
    // two desks ask, and end there: one for a copy that can be had, one for one that cannot
    for copy in [&dune, &emma] {
        let ask = AskFor {
            member: bob.clone(),
            copy: copy.clone(),
        };
        library
            .dispatch(ask)
            .request(&request().step(1))
            .await
            .unwrap();
    }

    let head = cqrs_core::EventStore::head(library.store()).await.unwrap();
    let follower = library.clone();
    let following = tokio::spawn(async move {
        let mut granted = follower.subscribe(LogFilter::names([Granted::NAME]));
        loop {
            finish(&follower, &granted.next().await.unwrap())
                .await
                .unwrap();
        }
    });
    // what the follower does is in the log: another follower waits for it
    let mut given_up = library
        .subscribe(LogFilter::names([GivenUp::NAME]))
        .after(head);
    let waited = tokio::time::timeout(Duration::from_secs(10), given_up.next()).await;
    let event = waited.expect("it is given up").unwrap();
    following.abort();
    assert_eq!(event.decode::<GivenUp>().unwrap().copy, emma);
    assert_eq!(has(&library, &bob).await, ["dune"]);
    assert_eq!(with(&library, &dune).await.as_deref(), Some("bob"));
    assert_eq!(with(&library, &emma).await.as_deref(), Some("ada"));
    assert_eq!(library.history::<BookCopy>(&emma).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_id_that_cannot_be_is_told_before_anything_is_granted() {
    let library = library().await;
    let ada = MemberId::from("ada");
    let error = borrow(&library, &request(), &ada, &CopyId::from("")).await;
    let Err(DeskError::Member(error @ DispatchError::Encode(_))) = error else {
        panic!("{error:?}")
    };
    assert!(error.nothing_recorded());
    assert_eq!(library.history::<Member>(&ada).await.unwrap().len(), 0);
}
