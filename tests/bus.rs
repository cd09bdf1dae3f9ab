//! Commands through the bus: decided, refused, recorded, answered.

use cqrs_core::log::{LogFilter, Position, Version};
use cqrs_core::prelude::*;
use cqrs_core::store::{EventStore, LogQuery};
use cqrs_core::{IdError, RecordedEvent};
use cqrs_tests::*;

async fn log(store: &Memory) -> Vec<RecordedEvent> {
    let query = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 10_000,
    };
    store.log(query).await.unwrap().events
}

#[tokio::test]
async fn a_task_that_dispatches_without_end_lets_the_others_run() {
    let bus = Bus::builder(Memory::new())
        .without_projections()
        .open()
        .await
        .unwrap();
    let other = tokio::spawn(async {});
    for number in 0.. {
        assert!(number < 10_000, "no other task has run yet");
        bus.dispatch(OpenAccount {
            account: account(&number.to_string()),
            owner: "Ada".into(),
        })
        .await
        .unwrap();
        if other.is_finished() {
            break;
        }
    }
}

#[tokio::test]
async fn a_command_leads_to_events_and_a_receipt_that_says_where_they_stand() {
    let bus = open().await;
    let receipt = bus
        .dispatch(OpenAccount {
            account: account("a"),
            owner: "Ada".into(),
        })
        .await
        .unwrap();
    assert_eq!(
        (receipt.version, receipt.position),
        (Version::from(1), Position::from(1))
    );

    bus.dispatch(OpenAccount {
        account: account("b"),
        owner: "Bob".into(),
    })
    .await
    .unwrap();
    let receipt = bus
        .dispatch(DepositWithFee {
            account: account("a"),
            amount: 50,
            fee: 1,
        })
        .await
        .unwrap();
    assert_eq!(
        (receipt.version, receipt.position),
        (Version::from(3), Position::from(4))
    );

    let log = log(bus.store()).await;
    let names: Vec<_> = log
        .iter()
        .map(|event| (event.name(), event.recorded().stream.id()))
        .collect();
    assert_eq!(
        names,
        [
            ("account.opened", "a"),
            ("account.opened", "b"),
            ("account.deposited", "a"),
            ("account.withdrawn", "a")
        ]
    );
    assert_eq!(log[2].data().as_bytes(), Some(&br#"{"amount":50}"#[..]));
    assert_eq!(log[2].recorded().metadata.command_id, receipt.command_id);
    assert_eq!(
        *log[2].decode::<Deposited>().unwrap(),
        Deposited { amount: 50 }
    );
    assert_eq!(
        log[3].decode_any::<AccountEvent>().unwrap(),
        AccountEvent::Withdrawn(Withdrawn { amount: 1 })
    );
}

#[tokio::test]
async fn a_refusal_keeps_the_handlers_own_error_and_records_nothing() {
    let bus = open().await;
    let refused = bus
        .dispatch(Deposit {
            account: account("a"),
            amount: 1,
        })
        .await
        .unwrap_err();
    assert_eq!(refused.rejection(), Some(&AccountError::NotOpen));
    assert_eq!(refused.to_string(), "there is no such account");
    assert!(log(bus.store()).await.is_empty());
}

#[tokio::test]
async fn a_decision_for_nothing_is_accepted_and_records_nothing() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    let receipt = bus
        .dispatch(Empty {
            account: account("a"),
        })
        .await
        .unwrap();
    assert_eq!(
        (receipt.version, receipt.position),
        (Version::from(1), Position::from(1))
    );
    assert_eq!(log(bus.store()).await.len(), 1);
}

#[tokio::test]
async fn an_expected_version_is_held_against_what_is_recorded() {
    let bus = open().await;
    let opened = bus
        .dispatch(OpenAccount {
            account: account("a"),
            owner: "Ada".into(),
        })
        .await
        .unwrap();
    let deposit = || {
        bus.dispatch(Deposit {
            account: account("a"),
            amount: 1,
        })
    };
    deposit().expect_version(opened.version).await.unwrap();
    match deposit().expect_version(opened.version).await.unwrap_err() {
        DispatchError::WrongVersion {
            stream,
            expected,
            actual,
        } => {
            assert_eq!(stream.id(), "a");
            assert_eq!((expected, actual), (Version::from(1), Version::from(2)));
        }
        other => panic!("{other:?}"),
    }
    let beyond = deposit().expect_version(u64::MAX).await.unwrap_err();
    assert!(matches!(beyond, DispatchError::WrongVersion { .. }));
    assert_eq!(log(bus.store()).await.len(), 2);
}

#[tokio::test]
async fn an_expected_version_that_another_process_led_to_is_seen() {
    let store = Memory::new();
    let one = Bus::open(store.clone()).await.unwrap();
    let two = Bus::open(store).await.unwrap();
    one.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    let elsewhere = two
        .dispatch(Deposit {
            account: account("a"),
            amount: 1,
        })
        .await
        .unwrap();
    // `one` has version 1 at hand, and is told of version 2
    one.dispatch(Deposit {
        account: account("a"),
        amount: 1,
    })
    .expect_version(elsewhere.version)
    .await
    .unwrap();
}

#[tokio::test]
async fn business_time_is_kept_beside_the_time_of_recording() {
    let bus = open().await;
    let then: Timestamp = "1997-01-01T12:00:00Z".parse().unwrap();
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .occurred_at(then)
    .await
    .unwrap();
    bus.dispatch(Deposit {
        account: account("a"),
        amount: 1,
    })
    .await
    .unwrap();
    let log = log(bus.store()).await;
    assert_eq!(log[0].recorded().occurred_at, then);
    assert!(log[0].recorded().recorded_at > then);
    assert_eq!(log[1].recorded().occurred_at, log[1].recorded().recorded_at);
}

#[tokio::test]
async fn two_processes_on_one_store_decide_on_what_the_other_recorded() {
    let store = Memory::new();
    let one = Bus::open(store.clone()).await.unwrap();
    let two = Bus::open(store.clone()).await.unwrap();
    one.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    two.dispatch(Deposit {
        account: account("a"),
        amount: 10,
    })
    .await
    .unwrap();
    // `one` still has the empty account at hand: its append conflicts, and it decides again
    one.dispatch(Deposit {
        account: account("a"),
        amount: 1,
    })
    .await
    .unwrap();
    // here no append validates what `two` has at hand
    two.dispatch(Withdraw {
        account: account("a"),
        amount: 11,
    })
    .await
    .unwrap();
    let refused = one
        .dispatch(Withdraw {
            account: account("a"),
            amount: 1,
        })
        .await
        .unwrap_err();
    assert_eq!(refused.rejection(), Some(&AccountError::Insufficient));

    two.dispatch(Deposit {
        account: account("a"),
        amount: 5,
    })
    .await
    .unwrap();
    let emptied = one
        .dispatch(Empty {
            account: account("a"),
        })
        .await
        .unwrap();
    assert_eq!(emptied.version, Version::from(6));
    let versions: Vec<_> = log(&store)
        .await
        .iter()
        .map(|event| event.recorded().version.get())
        .collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_of_one_instance_queue_instead_of_colliding() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    bus.dispatch(Deposit {
        account: account("a"),
        amount: 100,
    })
    .await
    .unwrap();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let bus = bus.clone();
            tokio::spawn(async move {
                bus.dispatch(Withdraw {
                    account: account("a"),
                    amount: 1,
                })
                .await
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => accepted += 1,
            Err(refused) => assert_eq!(refused.rejection(), Some(&AccountError::Insufficient)),
        }
    }
    assert_eq!(accepted, 100);
    assert_eq!(log(bus.store()).await.len(), 102);
}

#[tokio::test]
async fn a_panic_in_a_handler_ends_its_command_alone() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    match bus
        .dispatch(Explode {
            account: account("a"),
        })
        .await
        .unwrap_err()
    {
        DispatchError::Panicked { command, message } => {
            assert_eq!(
                (command, message.as_str()),
                ("account.explode", "boom at balance 0")
            );
        }
        other => panic!("{other:?}"),
    }
    bus.dispatch(Deposit {
        account: account("a"),
        amount: 1,
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_panic_in_an_apply_method_leaves_no_trace() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    bus.dispatch(Deposit {
        account: account("a"),
        amount: u64::MAX,
    })
    .await
    .unwrap();
    // the sum overflows while it is decided
    let panicked = bus
        .dispatch(Deposit {
            account: account("a"),
            amount: 1,
        })
        .await
        .unwrap_err();
    assert!(
        matches!(panicked, DispatchError::Panicked { .. }),
        "{panicked:?}"
    );
    bus.dispatch(Withdraw {
        account: account("a"),
        amount: u64::MAX,
    })
    .await
    .unwrap();
    // the first event of a decision is applied, and the second panics
    let panicked = bus
        .dispatch(DepositWithFee {
            account: account("a"),
            amount: 5,
            fee: 6,
        })
        .await
        .unwrap_err();
    assert!(
        matches!(panicked, DispatchError::Panicked { .. }),
        "{panicked:?}"
    );
    let refused = bus
        .dispatch(Withdraw {
            account: account("a"),
            amount: 5,
        })
        .await
        .unwrap_err();
    assert_eq!(refused.rejection(), Some(&AccountError::Insufficient));
    assert_eq!(log(bus.store()).await.len(), 3);
}

#[tokio::test]
async fn a_dispatch_that_is_dropped_is_done_or_not_never_half() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    for _ in 0..20 {
        // polled once, then dropped
        let deposit = bus.dispatch(Deposit {
            account: account("a"),
            amount: 1,
        });
        let _ = tokio::time::timeout(std::time::Duration::ZERO, deposit.into_future()).await;
    }
    let recorded = log(bus.store()).await.len() as u64 - 1;
    let receipt = bus
        .dispatch(Withdraw {
            account: account("a"),
            amount: recorded,
        })
        .await;
    receipt.unwrap();
    let refused = bus
        .dispatch(Withdraw {
            account: account("a"),
            amount: 1,
        })
        .await
        .unwrap_err();
    assert_eq!(refused.rejection(), Some(&AccountError::Insufficient));
}

#[tokio::test]
async fn hostile_ids_are_refused_or_kept_apart() {
    let bus = open().await;
    let open = |id: &str| {
        bus.dispatch(OpenAccount {
            account: account(id),
            owner: "x".into(),
        })
    };
    for (id, of) in [("", "empty"), ("a\0b", "NUL"), ("a\nb", "line break")] {
        match open(id).await {
            Err(DispatchError::Id(_)) => {}
            other => panic!("{of}: {other:?}"),
        }
    }
    let long = "x".repeat(10_000);
    match open(&long).await.unwrap_err() {
        DispatchError::Id(IdError::TooLong { bytes: 10_000, .. }) => {}
        other => panic!("{other:?}"),
    }
    let ids = [
        "$all",
        "'; drop table events; --",
        "%",
        "_",
        "é",
        "e\u{301}",
        "A",
        "a",
        "🦀",
        "\u{202e}x",
    ];
    for id in ids {
        open(id).await.unwrap();
    }
    assert_eq!(log(bus.store()).await.len(), ids.len());
}

#[tokio::test]
async fn an_event_too_large_is_refused_and_the_instance_goes_on() {
    let bus = open().await;
    let huge = "x".repeat(2 << 20);
    let refused = bus
        .dispatch(OpenAccount {
            account: account("a"),
            owner: huge,
        })
        .await
        .unwrap_err();
    assert!(matches!(refused, DispatchError::Encode(_)), "{refused:?}");
    assert!(
        refused
            .to_string()
            .contains("`account.opened` has 2097164 bytes"),
        "{refused}"
    );
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_dispatch_goes_into_a_task() {
    let bus = open().await;
    let task = tokio::spawn({
        let bus = bus.clone();
        async move {
            bus.dispatch(OpenAccount {
                account: account("a"),
                owner: "Ada".into(),
            })
            .wait_for::<(Balance, Holdings)>()
            .await
        }
    });
    task.await.unwrap().unwrap();
}

#[test]
fn a_bus_needs_a_runtime_and_says_so() {
    let mut open = Box::pin(Bus::open(Memory::new()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::future::Future::poll(open.as_mut(), &mut context) {
        std::task::Poll::Ready(Err(error)) => {
            assert!(error.to_string().contains("tokio runtime"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_asked_shows_its_options_and_not_what_it_is_about() {
    let bus = open().await;
    let identity = bus.store().identity();
    assert_eq!(
        format!("{bus:?}"),
        format!("Bus(Memory({identity}, head 0))")
    );
    let open = bus.dispatch(OpenAccount {
        account: account("secret"),
        owner: "secret".into(),
    });
    let open = format!("{:?}", open.expect_version(7));
    assert!(open.starts_with("Dispatch(DispatchOptions"), "{open}");
    let find = format!("{:?}", bus.find::<Balance>(&account("secret")).as_it_is());
    assert!(find.starts_with("Read(ReadOptions"), "{find}");
    assert!(find.contains("as_it_is: true"), "{find}");
    let watch = format!("{:?}", bus.watch(Richest { limit: 3 }).unwrap());
    assert_eq!(watch, "Watch<cqrs_tests::Richest>");
    for shown in [open, find] {
        assert!(!shown.contains("secret"), "{shown}");
    }
}
