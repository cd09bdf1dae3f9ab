//! What the read models are asked beyond the report: who leads while the import runs, and who spent
//! how much, in pages.

use crate::{Run, SAMPLE, Scratch, import};
use std::collections::BTreeMap;
use std::fs;

/// The customer and the cents of a line of the sample.
fn purchase(line: &str) -> (String, u64) {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let cents = fields[4].replace('.', "").parse().unwrap();
    (fields[0].to_owned(), cents)
}

/// Who spent at least and at most so many cents in the sample, those who spent most first.
fn spent_between(least: u64, most: u64) -> Vec<(String, u64)> {
    let mut spent = BTreeMap::<String, u64>::new();
    for line in fs::read_to_string(SAMPLE).unwrap().lines() {
        let (customer, cents) = purchase(line);
        *spent.entry(customer).or_default() += cents;
    }
    let mut those: Vec<_> = spent
        .into_iter()
        .filter(|(_, cents)| (least..=most).contains(cents))
        .collect();
    those.sort_by_key(|(_, cents)| std::cmp::Reverse(*cents)); // stable: among equals by customer
    those
}

/// Rank, customer and cents of the rows of the tables in a text, a table each.
fn tables(text: &str) -> Vec<Vec<(usize, String, u64)>> {
    let mut tables = Vec::new();
    for line in text.lines() {
        if line.starts_with('┌') {
            tables.push(Vec::new());
        }
        let cells: Vec<&str> = line.split(['│', '┆']).map(str::trim).collect();
        if let [_, rank, customer, _, _, spent, _] = cells[..]
            && let Ok(rank) = rank.parse()
        {
            let cents = spent.replace('.', "").parse().unwrap();
            let row = (rank, customer.to_owned(), cents);
            tables.last_mut().unwrap().push(row);
        }
    }
    tables
}

/// The pages that a run shows after its report.
#[track_caller]
fn pages(run: &Run, heading: &str) -> Vec<Vec<(usize, String, u64)>> {
    run.assert_succeeded();
    let (_, shown) = run.out.split_once(heading).expect("a heading");
    tables(shown)
}

#[test]
fn pages_hold_all_who_spent_so_much_each_once() {
    let expected = spent_between(10_000, 12_000);
    assert!(expected.len() > 50, "{}", expected.len());
    for size in [1, 7, expected.len(), 1_000] {
        let arguments = ["--spent-between", "100.00", "120", "--page-size"];
        let run = Run::of(import([SAMPLE]).args(arguments).arg(size.to_string()));
        let pages = pages(&run, "\nCustomers who spent from 100.00 to 120.00\n");
        assert_eq!(
            pages.len(),
            expected.len().div_ceil(size),
            "pages of {size}"
        );
        let last = pages.len() - 1;
        assert!(pages[..last].iter().all(|page| page.len() == size));
        let ranked = (1..).zip(&expected);
        let ranked: Vec<_> = ranked
            .map(|(rank, (customer, cents))| (rank, customer.clone(), *cents))
            .collect();
        assert_eq!(pages.concat(), ranked, "pages of {size}");
    }
}

#[test]
fn both_amounts_belong_to_the_range() {
    let log = Scratch::with(
        " 00001 0001 19970101  1   10.00\r\n 00002 0002 19970101  1   10.01\r\n \
         00003 0003 19970101  1   20.00\r\n 00004 0004 19970101  1   20.01\r\n",
    );
    let run = Run::of(import([log.path()]).args(["--spent-between", "10.01", "20"]));
    let rows = pages(&run, "from 10.01 to 20.00").concat();
    let customers: Vec<&str> = rows.iter().map(|(_, customer, _)| &**customer).collect();
    assert_eq!(customers, ["00003", "00002"]);
}

#[test]
fn the_report_before_the_pages_is_the_same() {
    let plain = Run::of(&mut import([SAMPLE]));
    let paged = Run::of(import([SAMPLE]).args(["--spent-between", "0", "1"]));
    assert!(paged.out.starts_with(plain.out.trim_end()));
}

#[test]
fn a_range_that_nobody_can_be_in_is_refused_before_the_import() {
    let run = Run::of(import([SAMPLE]).args(["--spent-between", "200", "100.00"]));
    run.assert_failed();
    run.assert_tells("nobody spent from 200.00 to 100.00: name the lesser amount first");
    for (arguments, told) in [
        (
            &["--spent-between", "1", "a"][..],
            "expected an amount such as 11.77, found `a`",
        ),
        (
            &["--spent-between", "1", "2", "--page-size", "0"],
            "0 is not in 1",
        ),
        (&["--page-size", "5"], "--spent-between"),
    ] {
        let run = Run::of(import([SAMPLE]).args(arguments));
        assert_eq!(run.code, Some(2), "{arguments:?}");
        run.assert_tells(told);
    }
}

#[test]
fn who_leads_is_told_while_the_import_runs() {
    let run = Run::of(import([SAMPLE]).args(["--watch", "--json"]));
    run.assert_succeeded();
    let totals: serde_json::Value = serde_json::from_str(run.last_line()).unwrap();
    let leaders: Vec<String> = totals["top"].as_array().unwrap()[..5]
        .iter()
        .map(|top| format!("{} {}", top["customer"], top["spent"]).replace('"', ""))
        .collect();
    let told: Vec<&str> = run.err.lines().collect();
    let last = format!("top customers: {}", leaders.join(", "));
    assert_eq!(told.last(), Some(&&*last));
    assert!(told.len() > 1, "nothing was told before the end");
    assert!(told.iter().all(|line| line.starts_with("top customers: ")));
    assert!(told.windows(2).all(|two| two[0] != two[1]), "{told:?}");
}

#[test]
fn who_leads_is_told_up_to_a_line_that_stops_the_import() {
    let log = Scratch::with(" 00004 0001 19970101  2   29.33\r\n 00004\r\n");
    let run = Run::of(import([log.path()]).args(["--watch", "--json"]));
    run.assert_failed();
    run.assert_tells(":2:7: the line ends after the customer");
}

#[test]
fn without_being_asked_nothing_is_told() {
    let run = Run::of(&mut import([SAMPLE]));
    run.assert_succeeded();
    assert_eq!(run.err, "");
}
