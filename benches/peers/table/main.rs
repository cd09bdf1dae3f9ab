//! Reads the lines of all rounds from the standard input, and prints them as one table in Markdown.

use peers_harness::Line;
use std::io::BufRead;

/// Whom the others are compared with.
const OURS: &str = "cqrs-sqlite";

/// What a peer did in all rounds of a workload.
struct Row {
    peer: String,
    rounds: Vec<Line>,
}

/// The rows of a workload, for so many clients.
struct Work {
    workload: String,
    clients: usize,
    rows: Vec<Row>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut works, mut notes) = (Vec::new(), Vec::new());
    for line in std::io::stdin().lock().lines() {
        let line: Line = serde_json::from_str(&line?)?;
        let note = (line.peer.clone(), line.note.clone());
        if !line.note.is_empty() && !notes.contains(&note) {
            notes.push(note);
        }
        sort_in(&mut works, line);
    }
    println!("| what | by | each second | ours is | (least, most) | p50 | p99 | tries |");
    println!("| --- | --- | --: | --: | --- | --: | --: | --: |");
    for work in &works {
        print(work);
    }
    for (peer, note) in notes {
        println!("\n{peer}: {note}.");
    }
    Ok(())
}

fn sort_in(works: &mut Vec<Work>, line: Line) {
    let same = |it: &Work| it.workload == line.workload && it.clients == line.clients;
    let work = found_or(works, same, || Work {
        workload: line.workload.clone(),
        clients: line.clients,
        rows: Vec::new(),
    });
    let row = found_or(
        &mut work.rows,
        |it| it.peer == line.peer,
        || Row {
            peer: line.peer.clone(),
            rounds: Vec::new(),
        },
    );
    row.rounds.push(line);
}

/// The one that is meant; a new one at the end, where there is none.
fn found_or<T>(all: &mut Vec<T>, is: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> &mut T {
    let place = all.iter().position(is).unwrap_or_else(|| {
        all.push(new());
        all.len() - 1
    });
    &mut all[place]
}

fn print(work: &Work) {
    let what = match work.workload.as_str() {
        "commands" if work.clients == 1 => "commands, 1 client".to_owned(),
        "commands" => format!("commands, {} clients", work.clients),
        "contended" => format!("commands, {} clients on one account", work.clients),
        _ => "events of one stream, loaded".to_owned(),
    };
    let ours: &[Line] = work
        .rows
        .iter()
        .find(|it| it.peer == OURS)
        .map_or(&[], |it| &it.rounds);
    for row in &work.rows {
        let rounds = &row.rounds;
        let middle = |of: fn(&Line) -> f64| median(rounds.iter().map(of).collect());
        let mut ratios: Vec<f64> = ours
            .iter()
            .zip(rounds)
            .map(|(ours, it)| ours.each_second / it.each_second)
            .collect();
        ratios.sort_by(f64::total_cmp);
        let ratio = match ratios.as_slice() {
            [least, .., most] if row.peer != OURS => {
                let middle = median(ratios.clone());
                format!("× {middle:.2} | ({least:.2}, {most:.2})")
            }
            _ => " | ".to_owned(),
        };
        println!(
            "| {what} | {} | {:.0} | {ratio} | {} | {} | {:.2} |",
            row.peer,
            middle(|it| it.each_second),
            time(middle(|it| it.p50)),
            time(middle(|it| it.p99)),
            middle(|it| it.tries),
        );
    }
}

fn time(micros: f64) -> String {
    if micros < 10_000.0 {
        format!("{micros:.0} µs")
    } else {
        format!("{:.0} ms", micros / 1e3)
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let upper = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => figures[upper],
        _ => f64::midpoint(figures[upper - 1], figures[upper]),
    }
}
