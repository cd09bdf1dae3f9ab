use cqrs_core::log::{CommandId, Data, LogFilter, Name, Position, Timestamp};
use cqrs_core::store::{
    Batch, CheckpointMove, CommitError, EventStore, Expect, QueueAck, QueuePut, QueueQuery,
    TimerCancel, TimerSet,
};
use cqrs_core::{Memory, Uuid};
use cqrs_interleavings::{
    append, at, ended, in_every_order, in_many_orders, key, now, page, row, row_of, table,
    together, whole,
};
use shuttle::thread;

const MAIL: Name = Name::from_static("mail");

#[test]
fn a_command_has_its_effect_once_and_one_receipt() {
    in_every_order(|| {
        let store = Memory::new();
        let id = CommandId::generate();
        let of_sender = store.clone();
        let receipts = together(2, move |_| {
            let mut batch = append("a", Expect::Any, &["done"]);
            batch.command = Some(key(id, "body"));
            now(of_sender.commit(batch)).expect("it is the same command")
        });
        assert_eq!(whole(&store).len(), 1);
        let mut repeated: Vec<_> = receipts.iter().map(|receipt| receipt.repeated).collect();
        repeated.sort_unstable();
        assert_eq!(repeated, [false, true]);
        for receipt in receipts {
            assert_eq!((receipt.version.get(), receipt.position.get()), (1, 1));
        }
    });
}

#[test]
fn of_two_commands_under_one_id_one_is_refused() {
    in_every_order(|| {
        let store = Memory::new();
        let id = CommandId::generate();
        let of_sender = store.clone();
        let outcomes = together(2, move |sender| {
            let mut batch = append(&sender.to_string(), at(0), &["done"]);
            batch.command = Some(key(id, &format!("body {sender}")));
            now(of_sender.commit(batch))
        });
        let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
        assert!(
            matches!(refused[..], [CommitError::CommandIdReused { id: of }] if of == id),
            "{refused:?}"
        );
        assert_eq!(whole(&store).len(), 1);
    });
}

#[test]
fn a_message_has_its_effect_once_whoever_takes_it() {
    in_many_orders(|| {
        let store = Memory::new();
        let mut batch = Batch::default();
        batch.puts.extend([1, 2].map(|id| QueuePut {
            queue: MAIL,
            id: Uuid::from_u128(id),
            key: String::new(),
            body: Data::from_bytes(*b"{}"),
            due: None,
        }));
        now(store.commit(batch)).expect("it has no condition");
        let of_worker = store.clone();
        together(2, move |_| {
            while let Some(message) = now(of_worker.queued(first()))
                .expect("it can be read")
                .pop()
            {
                let mut batch = append(&message.id.to_string(), Expect::Any, &["sent"]);
                batch.command = Some(key(message.id.into(), "send"));
                batch.acks.push(QueueAck {
                    queue: MAIL,
                    id: message.id,
                });
                now(of_worker.commit(batch)).expect("it has no condition");
            }
        });
        let effects = whole(&store);
        let of: Vec<_> = effects.iter().map(|it| it.recorded().stream.id()).collect();
        assert_eq!(of, [1, 2].map(|id| Uuid::from_u128(id).to_string()));
        assert!(
            now(store.queued(first()))
                .expect("it can be read")
                .is_empty()
        );
    });
}

fn first() -> QueueQuery {
    QueueQuery {
        queue: MAIL,
        after: 0,
        at: Timestamp::UNIX_EPOCH,
        limit: 1,
    }
}

#[test]
fn a_setting_of_a_timer_has_its_effect_once() {
    in_many_orders(|| {
        let store = Memory::new();
        now(store.commit(set())).expect("it has no condition");
        let resetting = store.clone();
        let resetting = thread::spawn(move || {
            now(resetting.commit(set())).expect("it has no condition");
        });
        let of_worker = store.clone();
        let mut fired: Vec<_> = together(2, move |_| {
            let due = now(of_worker.timers_due(Timestamp::UNIX_EPOCH, 1)).expect("it can be read");
            let timer = due.into_iter().next()?;
            let mut batch = append("effects", Expect::Any, &["rung"]);
            batch.cancels.push(TimerCancel {
                owner: MAIL,
                id: timer.id,
                seen: Some(timer.place),
            });
            match now(of_worker.commit(batch)) {
                Ok(_) => Some(timer.place),
                Err(CommitError::TimerChanged { .. }) => None,
                Err(other) => panic!("{other:?}"),
            }
        });
        ended(resetting);
        fired.retain(Option::is_some);
        assert_eq!(whole(&store).len(), fired.len());
        let left = now(store.timers_due(Timestamp::UNIX_EPOCH, 1)).expect("it can be read");
        fired.extend(left.iter().map(|timer| Some(timer.place)));
        fired.sort_unstable();
        fired.dedup();
        assert!(fired.contains(&Some(2)), "the second setting is not lost");
        assert_eq!(whole(&store).len() + left.len(), fired.len());
    });
}

fn set() -> Batch {
    let mut batch = Batch::default();
    batch.timers.push(TimerSet {
        owner: MAIL,
        id: "bell".to_owned(),
        due: Timestamp::UNIX_EPOCH,
        body: Data::from_bytes(*b"{}"),
    });
    batch
}

#[test]
fn each_event_counts_once_whoever_folds_it() {
    in_many_orders(|| {
        let store = Memory::new();
        now(store.commit(append("a", at(0), &["one", "two"]))).expect("it is new");
        let of_projector = store.clone();
        let folded = together(2, move |_| {
            let mut folded = 0;
            loop {
                let from = now(of_projector.checkpoint(&table())).expect("it can be read");
                let count = row_of(&of_projector);
                let page = page(&of_projector, from, LogFilter::all(), 1);
                if page.events.is_empty() {
                    return folded;
                }
                let mut batch = Batch::default();
                batch.rows.push(row(count + 1));
                batch.checkpoints.push(CheckpointMove {
                    table: table(),
                    from,
                    to: page.through,
                });
                match now(of_projector.commit(batch)) {
                    Ok(_) => folded += 1,
                    Err(CommitError::CheckpointMoved { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        });
        assert_eq!(folded.iter().sum::<u64>(), 2);
        assert_eq!(row_of(&store), 2);
        let stands = now(store.checkpoint(&table())).expect("it can be read");
        assert_eq!(stands, Position::from(2));
    });
}
