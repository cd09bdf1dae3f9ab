//! The diagram of the bank that the README shows is the one that the program prints.

use std::process::Command;

#[test]
fn the_readme_shows_the_diagram_of_the_bank() {
    let printed = Command::new(env!("CARGO_BIN_EXE_bank"))
        .arg("catalogue")
        .output()
        .unwrap();
    assert!(printed.status.success());
    let printed = String::from_utf8(printed.stdout).unwrap();
    let readme = include_str!("../../../README.md");
    assert!(
        readme.contains(&format!("```mermaid\n{printed}```\n")),
        "no block of the README is\n{printed}"
    );
}
