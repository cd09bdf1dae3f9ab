//! The chapter of the guide: the rules of each macro, with the code that breaks them and the message.

use super::{Mistake, Row, mistakes_of};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "\
# Every mistake

The table of what the compiler refuses, with what it says: by noun and verb, rule by rule. It is written from
the cases that prove it, so each message is the compiler's own, without line numbers and without where it goes
on to tell which bound stands where. [What the compiler proves](crate::guide::compiler) is the short of it.
";

/// Its text.
pub fn chapter(rows: &[Row<'_>]) -> String {
    let mut told: BTreeMap<&str, Vec<Mistake>> = BTreeMap::new();
    for row in rows {
        told.entry(row.case)
            .or_insert_with(|| mistakes_of(row.case));
    }
    let mut text = HEAD.to_owned();
    let mut rest = rows;
    let mut section = String::new();
    while let Some(first) = rest.first() {
        let together =
            |row: &Row<'_>| section_of(row) == section_of(first) && row.rule == first.rule;
        let many = rest.iter().take_while(|row| together(row)).count();
        let (rule, others) = rest.split_at(many);
        rest = others;
        if section != section_of(first) {
            section = section_of(first);
            let _ = write!(text, "\n## {section}\n");
        }
        write_rule(&mut text, rule, &told);
    }
    text
}

/// The macro, or what is common to uses that are none.
fn section_of(row: &Row<'_>) -> String {
    let first = row.of.split(", ").next().unwrap_or_default();
    match first.split("::").next() {
        Some(_) if first.starts_with("derive") => format!("`#[{first}]`"),
        Some("Bus" | "Dispatch" | "Read") => "The bus".to_owned(),
        Some("Rows" | "RowsBy") => "Rows".to_owned(),
        Some("testing") => "Fixtures".to_owned(),
        _ => format!("`{first}`"),
    }
}

fn write_rule(text: &mut String, rows: &[Row<'_>], told: &BTreeMap<&str, Vec<Mistake>>) {
    let mut places: Vec<String> = rows.iter().map(|row| prose(row.place)).collect();
    places.dedup();
    let (rule, places) = (prose(rows[0].rule), places.join("; "));
    let _ = write!(text, "\n**{rule}** ({places})\n\n```text\n");
    let mut shown: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        for message in row.messages() {
            let of_case = &told[row.case];
            let mistakes: Vec<&Mistake> =
                of_case.iter().filter(|it| it.message == message).collect();
            if !mistakes.is_empty() && !shown.contains(&(row.case, message)) {
                if !shown.is_empty() {
                    text.push('\n');
                }
                shown.push((row.case, message));
                write_mistakes(text, message, &mistakes);
            }
        }
    }
    text.push_str("```\n");
}

fn write_mistakes(text: &mut String, message: &str, mistakes: &[&Mistake]) {
    let _ = writeln!(text, "error: {message}");
    let mut codes: Vec<&[String]> = Vec::new();
    for mistake in mistakes {
        if codes.contains(&&mistake.code[..]) {
            continue;
        }
        codes.push(&mistake.code);
        for line in &mistake.code {
            let _ = writeln!(text, " {line}");
        }
    }
    for note in &mistakes[0].notes {
        let _ = writeln!(text, " = {note}");
    }
}

/// The words, with what is code marked as such.
fn prose(words: &str) -> String {
    let is_code =
        |word: &str| word.starts_with("#[") || word.contains(['&', '<', '_']) || word == "self:";
    let words: Vec<String> = words
        .split(' ')
        .map(|word| {
            let (word, end) = match word.strip_suffix(',') {
                Some(word) => (word, ","),
                None => (word, ""),
            };
            if is_code(word) && !word.contains('`') {
                format!("`{word}`{end}")
            } else {
                format!("{word}{end}")
            }
        })
        .collect();
    words.join(" ")
}
