//! SIGKILL under load, again and again.

use crate::ledger::{Ledger, Seen};
use crate::{child, given::new_file};
use cqrs_sqlite::Sqlite;
use std::time::{Duration, Instant};

const TASKS: usize = 8;

pub fn run() {
    let kills: u64 = std::env::var("KILLS").map_or(300, |kills| kills.parse().unwrap());
    let file = new_file();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut seen = Seen::nothing(TASKS);
    let (mut in_flight, mut kept, mut unanswered) = (0, 0, 0);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kill in 1..=kills {
        let ledger = file.with_file_name(format!("ledger-{kill}"));
        let file_name = file.to_str().unwrap();
        let mut load = child(
            "load",
            &[
                file_name,
                ledger.to_str().unwrap(),
                &TASKS.to_string(),
                "1000000",
            ],
        )
        .spawn()
        .unwrap();
        let begun = Instant::now();
        while !Ledger::read(&ledger).ready {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "the child does not begin"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_micros(2_000 + random % 60_000));
        load.kill().unwrap();
        load.wait().unwrap();

        let told = Ledger::read(&ledger);
        assert!(
            told.failed.is_empty() && told.unknown.is_empty(),
            "{told:?}"
        );
        in_flight += u64::from(told.in_flight() > 0);
        unanswered += told.in_flight();
        kept += told.kept.len();
        runtime.block_on(async {
            let store = Sqlite::at(&file).open().await.unwrap();
            seen.hold(&store, &[told]).await;
            if kill % 50 == 0 || kill == kills {
                assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
            }
            store.close().await;
        });
        std::fs::remove_file(&ledger).unwrap();
    }
    println!(
        "{kills} kills, {in_flight} with commits in flight; {kept} commits acknowledged, {unanswered} unanswered"
    );
    assert!(
        in_flight * 10 >= kills * 8,
        "too few kills hit a commit in flight"
    );
    assert!(unanswered > 0, "no kill hit a commit in flight");
}
