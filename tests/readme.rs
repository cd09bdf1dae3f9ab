//! The README says what is so: its bank is the bank, its compile error is the compiler's.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced block that follows the heading.
fn block_after(heading: &str, fence: &str) -> String {
    let readme = read("README.md");
    let section = readme
        .split(heading)
        .nth(1)
        .unwrap_or_else(|| panic!("no section {heading}"));
    let block = section
        .split(fence)
        .nth(1)
        .unwrap_or_else(|| panic!("no block in {heading}"));
    block.split("```").next().unwrap().trim().to_owned()
}

#[test]
fn the_bank_of_the_readme_is_the_bank_of_the_example() {
    let domain = read("examples/bank/src/domain.rs");
    let domain = domain.split_once("\n\n").unwrap().1.trim();
    assert_eq!(block_after("## A bank, whole", "```rust"), domain);
}

#[test]
fn the_laws_of_the_readme_are_those_of_the_example() {
    let laws = read("examples/bank/tests/laws.rs");
    let (_, laws) = laws.split_once("#[test]").unwrap();
    assert_eq!(
        block_after("of proptest make:", "```rust"),
        format!("#[test]{laws}").trim()
    );
}

#[test]
fn the_compile_error_of_the_readme_is_the_compilers() {
    let stderr = read("tests/ui/event_never_applied_vocabulary.stderr");
    let told: Vec<&str> = stderr.lines().map(str::trim).collect();
    for line in block_after("## What the compiler says", "```text").lines() {
        assert!(
            told.contains(&line.trim()),
            "{line:?} is not in the message"
        );
    }
}
