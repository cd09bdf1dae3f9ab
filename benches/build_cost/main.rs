//! What our macros cost a build: bytes of expansion and time of `cargo check`, for a pair of a command
//! and an event with the methods that handle and apply them, beside what serde's derives cost on the
//! same types.
//!
//! `cargo bench -p cqrs-benches --bench build [ROUNDS]`, on Linux

mod domain;
mod workspace;

use cqrs_benches::median;
use domain::{Domain, Level, Spelling};
use std::error::Error;
use workspace::Workspace;

const SIZES: [usize; 2] = [100, 700];
const LEVELS: [Level; 4] = [Level::Plain, Level::Serde, Level::Stub, Level::Ours];

fn main() -> Result<(), Box<dyn Error>> {
    let rounds: usize = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(7);
    let domains = |spelling, pairs| {
        LEVELS.map(|level| Domain {
            spelling,
            level,
            pairs,
        })
    };
    let sets: Vec<[Domain; 4]> = [Spelling::Structs, Spelling::Vocabulary]
        .into_iter()
        .flat_map(|spelling| SIZES.map(|pairs| domains(spelling, pairs)))
        .collect();
    let workspace = Workspace::write(sets.as_flattened())?;
    println!(
        "a pair: a command, an event, the methods that handle and apply them, and a tenth of their aggregate and its id\n\
         bytes: of the expansion as rustc prints it, each run of blanks as one\n\
         time: of `cargo check` on a processor; median of {rounds} interleaved rounds\n"
    );
    println!(
        "{:<12} {:>6} {:>12} {:>12} {:>12} {:>12} {:>16} {:>16}",
        "",
        "pairs",
        "ours, bytes",
        "serde, bytes",
        "ours, ms",
        "serde, ms",
        "whole crate, s",
        "ours of it"
    );
    for set in &sets {
        let mut bytes = [0.0; 4];
        for (bytes, domain) in bytes.iter_mut().zip(set) {
            *bytes = f64::from(u32::try_from(workspace.expanded(domain)?)?);
            workspace.checked(domain)?; // what it depends on is built
        }
        let mut times = Vec::new();
        for _ in 0..rounds {
            let mut round = [0.0; 4];
            for (time, domain) in round.iter_mut().zip(set) {
                *time = workspace.checked(domain)?.as_secs_f64();
            }
            times.push(round);
        }
        let pairs = f64::from(u32::try_from(set[0].pairs)?);
        let over = |of: fn(&[f64; 4]) -> f64| median(times.iter().map(of).collect());
        println!(
            "{:<12} {pairs:>6} {:>12.0} {:>12.0} {:>12.2} {:>12.2} {:>16.2} {:>16.2}",
            format!("{:?}", set[0].spelling).to_lowercase(),
            (bytes[3] - bytes[2]) / pairs,
            (bytes[1] - bytes[0]) / pairs,
            over(|[_, _, stub, ours]| ours - stub) * 1e3 / pairs,
            over(|[plain, serde, _, _]| serde - plain) * 1e3 / pairs,
            over(|[_, serde, stub, ours]| serde + ours - stub),
            over(|[_, serde, stub, ours]| (ours - stub) / (serde + ours - stub)),
        );
    }
    Ok(())
}
