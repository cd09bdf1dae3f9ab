//! Commands that come again.

use super::given::{
    BY_KEY, append, appends, at, cancel, commit, event, key, log, one, put, queued, race, read,
    refused, row, table, tenant_of, timer,
};
use crate::log::{CommandId, Position, Tenant, Timestamp, Version};
use crate::store::{Batch, CommandRecord, CommitError, Committed, EventStore, Expect, RowQuery};
use std::sync::Arc;
use uuid::Uuid;

fn asked(id: CommandId, body: &str, batch: Batch) -> Batch {
    Batch {
        command: Some(key("", id, body)),
        ..batch
    }
}

/// A batch that comes again under its command's id changes nothing and is answered as at first,
/// though its conditions no longer hold.
pub async fn a_command_has_its_effect_once<S: EventStore>(store: S) {
    let rows = table("rows");
    let id = CommandId::generate();
    let unknown = read(store.command(&Tenant::default(), id).await);
    assert_eq!(unknown, None, "a command that never came is not known");
    let batch = || {
        let mut batch = appends([
            append("a", at(0), vec![event("a1"), event("a2")]),
            append("b", Expect::Any, vec![event("b1")]),
        ]);
        batch.rows = vec![row(&rows, "k", "1", Vec::new())];
        batch.puts = vec![put("queue", Uuid::now_v7(), "k", None)];
        batch.timers = vec![timer("owner", "t", 1, "1")];
        asked(id, "1", batch)
    };
    let first = commit(&store, batch()).await;
    assert!(!first.repeated, "the first time, a command is not repeated");
    let mut later = one("a", at(2), "a3");
    later.rows = vec![row(&rows, "k", "2", Vec::new())];
    later.cancels = vec![cancel("owner", "t", None)];
    commit(&store, later).await;

    let before = log(&store).await;
    for _ in 0..3 {
        let again = commit(&store, batch()).await;
        assert_eq!(
            (again.version, again.position, again.repeated),
            (first.version, first.position, true),
            "a command that comes again is answered as at first, and said to be repeated"
        );
    }
    assert_eq!(log(&store).await, before, "its events come once");
    let kept = read(store.rows_of(&rows, &["k".to_owned()]).await);
    assert_eq!(
        kept[0].as_ref().and_then(|row| row.data.as_bytes()),
        Some(&b"2"[..]),
        "its rows are written once"
    );
    assert_eq!(
        queued(&store, "queue", Timestamp::MAX).await.len(),
        1,
        "its messages are put once"
    );
    let timers = read(store.timers_due(Timestamp::MAX, 9).await);
    assert_eq!(timers.len(), 0, "its timers are set once");
    let kept = read(store.command(&Tenant::default(), id).await);
    assert_eq!(
        kept,
        Some(CommandRecord {
            fingerprint: key("", id, "1").fingerprint,
            version: first.version,
            position: first.position,
        }),
        "a command can be asked for by its id"
    );

    let idle = CommandId::generate();
    let nothing = || asked(idle, "idle", appends([append("b", at(1), Vec::new())]));
    let first = commit(&store, nothing()).await;
    commit(&store, one("b", at(1), "b2")).await;
    let again = commit(&store, nothing()).await;
    assert_eq!(
        (again.version, again.position, again.repeated),
        (first.version, first.position, true),
        "a command without events has its effect once as well"
    );
    assert_eq!(
        read(store.rows(RowQuery::all(rows, BY_KEY)).await).len(),
        1,
        "its rows are written once"
    );
}

/// So it is with a command that appends to no stream at all: its rows, messages and timers come once.
pub async fn a_command_without_appends_has_its_effect_once<S: EventStore>(store: S) {
    let head = commit(&store, one("a", at(0), "a1")).await.position;
    let id = CommandId::generate();
    let rows = table("rows");
    let batch = || {
        let batch = Batch {
            rows: vec![row(&rows, "k", "1", Vec::new())],
            puts: vec![put("queue", Uuid::now_v7(), "k", None)],
            timers: vec![timer("owner", "t", 1, "1")],
            ..Batch::default()
        };
        asked(id, "1", batch)
    };
    let first = commit(&store, batch()).await;
    assert_eq!(
        (first.version, first.position, first.repeated),
        (Version::ZERO, head, false),
        "a batch without appends answers with the head of the log"
    );
    let mut later = one("a", at(1), "a2");
    later.rows = vec![row(&rows, "k", "2", Vec::new())];
    commit(&store, later).await;
    for _ in 0..2 {
        let again = commit(&store, batch()).await;
        assert_eq!(
            (again.version, again.position, again.repeated),
            (first.version, first.position, true),
            "a command that comes again is answered as at first, and said to be repeated"
        );
    }
    let kept = read(store.rows_of(&rows, &["k".to_owned()]).await);
    assert_eq!(
        kept[0].as_ref().and_then(|row| row.data.as_bytes()),
        Some(&b"2"[..]),
        "its rows are written once"
    );
    assert_eq!(
        queued(&store, "queue", Timestamp::MAX).await.len(),
        1,
        "its messages are put once"
    );
}

/// Of one command that many send at the same time, one is kept, and all are answered alike.
pub async fn a_command_that_many_send_at_once_has_its_effect_once<S: EventStore>(store: S) {
    let store = Arc::new(store);
    for round in 0..10 {
        let id = CommandId::generate();
        let stream = format!("{round}");
        let results = race(&store, 32, |_| asked(id, "1", one(&stream, at(0), "e"))).await;
        let answers: Vec<Committed> = results
            .into_iter()
            .map(|result| match result {
                Ok(committed) => committed,
                Err(error) => panic!("a command that comes again is answered, but: {error:?}"),
            })
            .collect();
        let first = answers.iter().filter(|answer| !answer.repeated).count();
        assert_eq!(first, 1, "of one command that many send, one is the first");
        let position = answers[0].position;
        assert!(
            answers
                .iter()
                .all(|answer| (answer.version, answer.position) == (Version::from(1), position)),
            "all are answered alike: {answers:?}"
        );
    }
    assert_eq!(log(&*store).await.len(), 10, "its events come once");
}

/// Another command under a taken id is an error and changes nothing, also if many race for the id.
pub async fn a_command_id_names_one_command<S: EventStore>(store: S) {
    let id = CommandId::generate();
    commit(&store, asked(id, "1", one("a", at(0), "e"))).await;
    let other = asked(id, "2", one("a", Expect::Any, "e"));
    refused(
        &store,
        other,
        "CommandIdReused",
        |error| matches!(error, CommitError::CommandIdReused { id: of } if *of == id),
    )
    .await;
    assert_eq!(
        log(&store).await.len(),
        1,
        "another command under a taken id writes nothing"
    );

    let store = Arc::new(store);
    let id = CommandId::generate();
    let results = race(&store, 32, |racer| {
        let body = format!("{}", racer % 4);
        asked(id, &body, one(&format!("b{racer}"), at(0), &body))
    })
    .await;
    let kept = results.iter().flatten().count();
    let first = results.iter().flatten().filter(|it| !it.repeated).count();
    assert_eq!(
        (kept, first),
        (8, 1),
        "of different commands that race for an id one takes it, and comes again as itself"
    );
    assert_eq!(
        log(&*store).await.len(),
        2,
        "another command under a taken id writes nothing"
    );
}

/// Only a command that was accepted takes its id.
pub async fn a_refused_command_leaves_its_id_free<S: EventStore>(store: S) {
    let id = CommandId::generate();
    refused(
        &store,
        asked(id, "1", one("a", at(7), "e")),
        "Conflict",
        |error| matches!(error, CommitError::Conflict { .. }),
    )
    .await;
    let kept = read(store.command(&Tenant::default(), id).await);
    assert_eq!(kept, None, "a refused command leaves its id free");
    let committed = commit(&store, asked(id, "2", one("a", at(0), "e"))).await;
    assert!(!committed.repeated, "a refused command leaves its id free");
    assert!(
        committed.position > Position::ZERO,
        "a commit answers with the position that it led to"
    );
}

/// Two tenants may use one id, each for a command of its own.
pub async fn command_ids_are_a_tenants_own<S: EventStore>(store: S) {
    let id = CommandId::generate();
    for (number, tenant) in ["", "acme", "globex"].into_iter().enumerate() {
        let mut batch = one(&format!("{number}"), at(0), "e");
        batch.command = Some(key(tenant, id, tenant));
        let committed = commit(&store, batch).await;
        assert!(!committed.repeated, "command ids are a tenant's own");
        let kept = read(store.command(&tenant_of(tenant), id).await);
        assert_eq!(
            kept.map(|record| record.fingerprint),
            Some(key(tenant, id, tenant).fingerprint),
            "command ids are a tenant's own"
        );
    }
    let unknown = read(store.command(&tenant_of("initech"), id).await);
    assert_eq!(unknown, None, "command ids are a tenant's own");
}
