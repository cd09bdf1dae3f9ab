//! The clients of a bank, whatever keeps it, and what a round of theirs came to.
//!
//! A peer implements [`Bank`], and its `main` is [`run`].

mod bank;
mod clients;
mod line;
mod replay;

pub use bank::{Attempt, Bank, Error, Failure, text};
pub use clients::DEPOSITS;
pub use line::Line;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What is to be measured.
struct Work {
    workload: String,
    clients: usize,
    time: Duration,
}

/// Does the work that the arguments name, and prints its [`Line`] as JSON.
///
/// # Errors
///
/// The arguments name none, the bank failed, or it does not hold what it acknowledged.
pub fn run<B: Bank>() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workload, clients, seconds, directory] = arguments.as_slice() else {
        return Err("the arguments are: commands|contended|load CLIENTS SECONDS DIRECTORY".into());
    };
    let work = Work {
        workload: workload.clone(),
        clients: clients.parse()?,
        time: Duration::from_secs_f64(seconds.parse()?),
    };
    let files = tempfile::tempdir_in(directory)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let line = runtime.block_on(measured::<B>(&work, files.path()))?;
    println!("{}", serde_json::to_string(&line)?);
    Ok(())
}

async fn measured<B: Bank>(work: &Work, directory: &Path) -> Result<Line, Error> {
    let bank = Arc::new(B::open(directory).await?);
    let accounts = match work.workload.as_str() {
        "commands" => clients::Accounts::Own,
        "contended" => clients::Accounts::One,
        "load" => return replay::measure(&*bank, work).await,
        other => return Err(format!("there is no workload `{other}`").into()),
    };
    clients::measure(&bank, accounts, work).await
}
