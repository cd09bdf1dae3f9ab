//! An import that is killed, and run again.

use crate::{Run, SAMPLE, Scratch, import, new_store, shop};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How many imports are killed, each so often, and then left to come to their end.
const STORES: usize = 50;
const KILLS: usize = 2;

/// How much of the sample they read.
const LINES: usize = 1_500;

#[test]
fn an_import_that_is_killed_and_run_again_ends_as_a_clean_one() {
    let sample = std::fs::read_to_string(SAMPLE).unwrap();
    let lines: Vec<&str> = sample.lines().take(LINES).collect();
    let log = Scratch::with(lines.join("\n"));
    let begun = Instant::now();
    let clean = Run::of(import([log.path()]).arg("--json"));
    clean.assert_succeeded();
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut partial = 0;
    for _ in 0..STORES {
        let store = new_store();
        let import = || {
            let mut command = shop();
            command.arg("import").arg(log.path());
            command.arg("--json").arg("--store").arg(&store);
            command
        };
        for _ in 0..KILLS {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut child = import()
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            sleep(Duration::from_micros(random % whole));
            child.kill().unwrap(); // SIGKILL
            child.wait().unwrap();
        }
        let last = Run::of(&mut import());
        last.assert_succeeded();
        assert_eq!(last.last_line(), clean.last_line());
        let all = format!("before: {LINES}");
        partial += usize::from(!last.err.contains(&all) && last.err.contains("before: "));
        let report = Run::of(shop().args(["report", "--json", "--store"]).arg(&store));
        assert_eq!(report.last_line(), clean.last_line());
    }
    assert!(partial > 0, "no import was killed in the middle");
    println!("{partial} of {STORES} imports were killed in the middle");
}

#[test]
fn a_store_is_asked_by_other_runs() {
    let store = new_store();
    let ask = |arguments: &[&str]| Run::of(shop().args(arguments).arg("--store").arg(&store));
    let none = ask(&["report"]);
    none.assert_failed();
    none.assert_tells("import a purchase log first");

    ask(&["import", SAMPLE]).assert_succeeded();
    let again = ask(&["import", SAMPLE, "--json"]);
    again.assert_succeeded();
    again.assert_tells("purchases that were recorded before: 6919");
    assert_eq!(ask(&["report", "--json"]).last_line(), again.last_line());
    assert!(ask(&["report"]).out.contains("Top customers"));

    // the first customer of the sample bought on 1997-01-01, 1997-01-18, 1997-08-02 and 1997-12-12
    let told = ask(&["history", "00004"]);
    told.assert_succeeded();
    assert_eq!(told.out.lines().count(), 6, "{}", told.out);
    assert!(told.out.contains("1997-08-02"), "{}", told.out);
    let before = ask(&["as-of", "1996-12-31", "00004"]);
    assert!(
        before.out.contains("there was no customer"),
        "{}",
        before.out
    );
    let then = ask(&["as-of", "1997-08-01", "00004"]);
    assert!(then.out.contains("orders 2, CDs 4"), "{}", then.out);
}

#[test]
fn what_is_no_store_is_refused() {
    let store = new_store();
    std::fs::write(&store, "not a store").unwrap();
    let run = Run::of(shop().args(["import", SAMPLE, "--store"]).arg(&store));
    run.assert_failed();
    run.assert_tells("is no SQLite database");
    assert_eq!(std::fs::read(&store).unwrap(), b"not a store");
    let folder = store.parent().unwrap();
    let run = Run::of(shop().args(["import", SAMPLE, "--store"]).arg(folder));
    run.assert_failed();
    run.assert_tells("is a directory");
}
