//! What the program shows to those who read along, and to pipes.

use crate::{Run, SAMPLE, import};
use std::process::Stdio;

#[test]
fn a_pipe_gets_a_plain_report() {
    let run = Run::of(&mut import([SAMPLE]));
    run.assert_succeeded();
    assert!(!run.out.contains('\u{1b}'), "{}", run.out);
    assert!(
        run.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        run.out
    );
    for shown in ["customer", "1997-01", "1998-06", "█"] {
        assert!(
            run.out.contains(shown),
            "expected {shown:?} in: {}",
            run.out
        );
    }
}

#[test]
fn a_reader_that_leaves_is_no_accident() {
    let mut child = import([SAMPLE, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap());
    assert!(!run.err.contains("panicked"), "{}", run.err);
}
