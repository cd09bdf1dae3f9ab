//! `catalog add "Kettle" 24.90`, `list`, `find`, `reprice`: the catalogue in a file.

use catalog::domain::{AddProduct, FindProduct, ListProducts, RepriceProduct, Services};
use catalog::product::{Name, Price, Product};
use catalog::table::Table;
use clap::{Parser, Subcommand};
use cqrs_core::prelude::*;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// A catalogue of products.
#[derive(Parser)]
struct Arguments {
    /// The file that keeps the catalogue; it is made if it is not there.
    #[arg(long, default_value = "catalog.db", global = true)]
    file: PathBuf,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Takes a product in.
    Add {
        name: Name,
        /// Such as 24.90, or 24.
        price: Price,
    },
    /// Gives a product another price.
    Reprice {
        name: Name,
        /// Such as 24.90, or 24.
        price: Price,
    },
    /// Shows one product.
    Find { name: Name },
    /// Shows all products.
    List,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // if standard error is closed too, nobody listens
            let _ = writeln!(io::stderr(), "catalog: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(Arguments { file, task }: Arguments) -> Result<(), Box<dyn Error>> {
    let services = Services::over(Table::open(&file)?);
    let bus = Bus::builder(Memory::new())
        .resources(services)
        .open()
        .await?;
    let shown = match task {
        Task::Add { name, price } => {
            bus.dispatch(AddProduct { name, price }).await?;
            String::new()
        }
        Task::Reprice { name, price } => {
            bus.dispatch(RepriceProduct { name, price }).await?;
            String::new()
        }
        Task::Find { name } => {
            let found = bus.query(FindProduct { name: name.clone() }).await?;
            let product = found.ok_or_else(|| format!("there is no `{name}`"))?;
            listed(&[product])
        }
        Task::List => listed(&bus.query(ListProducts).await?),
    };
    match io::stdout().write_all(shown.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()), // the reader has seen enough
        written => Ok(written?),
    }
}

/// A line for each product.
fn listed(products: &[Product]) -> String {
    let names = products.iter().map(|it| it.name.as_str().chars().count());
    let width = names.max().unwrap_or_default();
    let mut lines = String::new();
    for Product { name, price } in products {
        // a `String` takes all that is written
        let _ = writeln!(lines, "{name:width$}  {price:>11}");
    }
    lines
}
