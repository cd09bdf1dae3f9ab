//! Where the farm keeps what happened: one file.

use anyhow::ensure;
use clap::Args;
use cqrs_core::prelude::*;
use cqrs_sqlite::Sqlite;
use std::path::PathBuf;
use std::time::Duration;
use telemetry::domain::{SensorId, Sensors};

/// The farm's bus.
pub type Farm = Bus<Sqlite>;

/// How long is waited for the read models to show what was reported.
const PATIENCE: Duration = Duration::from_mins(10);

#[derive(Args)]
pub struct Kept {
    /// The file that keeps what happened.
    #[arg(long, value_name = "PATH", default_value = "telemetry.db")]
    store: PathBuf,
}

impl Kept {
    /// Opens it, and makes it where it is not there. The read models show all that is in it.
    pub async fn open(&self) -> anyhow::Result<Farm> {
        let file = Sqlite::at(&self.store);
        let farm = Bus::builder(file).wait_timeout(PATIENCE).open().await?;
        farm.caught_up().await?;
        Ok(farm)
    }

    /// Opens it to be asked for read models, if it is there.
    pub async fn open_to_ask(&self) -> anyhow::Result<Farm> {
        self.is_there()?;
        self.open().await
    }

    /// Opens it to read what happened, if it is there.
    pub async fn open_log(&self) -> anyhow::Result<Farm> {
        self.is_there()?;
        let file = Sqlite::at(&self.store);
        Ok(Bus::builder(file).without_projections().open().await?)
    }

    fn is_there(&self) -> anyhow::Result<()> {
        ensure!(
            self.store.exists(),
            "there is no {}: `telemetry run` makes one; or name another with --store",
            self.store.display()
        );
        Ok(())
    }
}

/// Closes the bus and its file.
pub async fn close(farm: &Farm) -> anyhow::Result<()> {
    let closed = farm.close().await;
    farm.store().clone().close().await;
    Ok(closed?)
}

/// Fails where nobody ever commissioned the sensor.
pub async fn is_known(farm: &Farm, sensor: &SensorId) -> anyhow::Result<()> {
    let known = farm.find::<Sensors>(sensor).await?.is_some();
    ensure!(known, "there is no sensor `{sensor}`");
    Ok(())
}
