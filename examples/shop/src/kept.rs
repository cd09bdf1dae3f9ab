//! Where the shop keeps what happened: one file.

use anyhow::ensure;
use clap::Args;
use cqrs_core::prelude::Bus;
use cqrs_sqlite::Sqlite;
use std::path::PathBuf;
use std::time::Duration;

/// The shop's bus.
pub type Shop = Bus<Sqlite>;

/// How long is waited for the read models to show what was imported.
const PATIENCE: Duration = Duration::from_mins(5);

#[derive(Args)]
pub struct Kept {
    /// The file that keeps what happened.
    #[arg(long, value_name = "PATH", default_value = "shop.db")]
    store: PathBuf,
}

impl Kept {
    /// Opens it, and makes it where it is not there.
    pub async fn open(&self) -> anyhow::Result<Shop> {
        let file = Sqlite::at(&self.store);
        Ok(Bus::builder(file).wait_timeout(PATIENCE).open().await?)
    }

    /// Opens it to be asked, if it is there.
    pub async fn open_to_ask(&self) -> anyhow::Result<Shop> {
        ensure!(
            self.store.exists(),
            "there is no {}: import a purchase log first, or name another file with --store",
            self.store.display()
        );
        self.open().await
    }
}
