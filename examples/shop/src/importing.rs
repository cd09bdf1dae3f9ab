//! `shop import FILE`: the import, what is shown while it runs, and the report.

use crate::kept::{Kept, Shop};
use crate::progress::{Progress, tell};
use anyhow::ensure;
use clap::Args;
use cqrs_core::prelude::{Receipt, Row};
use shop::domain::{CustomerOrders, RevenueByMonth, SpentBetween, TopCustomers, Totals};
use shop::import::{BadLines, Imported, import};
use shop::money::Money;
use shop::purchases::Log;
use shop::report::{self, MonthRevenue, Summary, TopCustomer};
use std::path::PathBuf;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How many customers the report names.
const TOP: usize = 10;

/// How many are shown while the import runs.
const LEADERS: usize = 5;

#[derive(Args)]
pub struct Importing {
    /// The purchase log: CDNOW's sample or full file.
    file: PathBuf,
    #[command(flatten)]
    kept: Kept,
    /// Prints the totals as one line of JSON.
    #[arg(long)]
    json: bool,
    /// Reports lines that are no purchases, and goes on.
    #[arg(long)]
    skip_bad_lines: bool,
    /// Shows on standard error who spent most so far, while the import runs.
    #[arg(long)]
    watch: bool,
    /// Shows the customers who spent from LEAST to MOST as well, a page at a time.
    #[arg(long, num_args = 2, value_names = ["LEAST", "MOST"], conflicts_with = "json")]
    spent_between: Vec<Money>,
    /// How many customers a page holds.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        requires = "spent_between"
    )]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    page_size: usize,
}

impl Importing {
    /// Imports the log, and gives the report.
    pub async fn run(self) -> anyhow::Result<String> {
        let range = match self.spent_between[..] {
            [least, most] => {
                ensure!(
                    least <= most,
                    "nobody spent from {least} to {most}: name the lesser amount first"
                );
                Some((least, most))
            }
            _ => None,
        };
        let log = Log::read(&self.file)?;
        let bus = self.kept.open().await?;
        let shown = self.run_on(&bus, &log, range).await;
        bus.store().clone().close().await;
        shown
    }

    async fn run_on(
        &self,
        bus: &Shop,
        log: &Log,
        range: Option<(Money, Money)>,
    ) -> anyhow::Result<String> {
        let imported = self.import(bus, log).await?;
        if imported.already > 0 {
            tell(format_args!("{}", report::already(imported.already)));
        }
        if imported.skipped > 0 {
            tell(format_args!("{}", report::skipped(imported.skipped)));
        }
        bus.close().await?; // the read models show all by then
        let summary = summary(bus).await?;
        if self.json {
            return Ok(summary.json()?);
        }
        let mut shown = full(bus, &summary).await?;
        if let Some(range) = range {
            shown += &pages(bus, range, self.page_size).await?;
        }
        Ok(shown)
    }

    async fn import(&self, bus: &Shop, log: &Log) -> anyhow::Result<Imported> {
        let bad_lines = if self.skip_bad_lines {
            BadLines::Skip
        } else {
            BadLines::Stop
        };
        let mut progress = Progress::over(log);
        let live = self.watch.then(|| Live::start(bus, &progress));
        let imported = import(bus, log, bad_lines, &mut progress).await;
        let shown = match live {
            Some(live) => live.end(imported.as_ref().ok()).await,
            None => Ok(()),
        };
        progress.clear();
        let imported = imported?;
        shown?;
        Ok(imported)
    }
}

/// The customers who spent most, shown whenever they have changed.
struct Live {
    shows: JoinHandle<anyhow::Result<()>>,
    end: oneshot::Sender<Option<Receipt>>,
}

impl Live {
    fn start(bus: &Shop, progress: &Progress) -> Self {
        let (end, ended) = oneshot::channel();
        let shows = tokio::spawn(show(bus.clone(), progress.clone(), ended));
        Self { shows, end }
    }

    /// Ends it, once it has shown all of what was imported.
    async fn end(self, imported: Option<&Imported>) -> anyhow::Result<()> {
        let _ = self.end.send(imported.and_then(|imported| imported.last)); // it may have failed
        self.shows.await?
    }
}

async fn show(
    bus: Shop,
    progress: Progress,
    mut ended: oneshot::Receiver<Option<Receipt>>,
) -> anyhow::Result<()> {
    let mut live = bus.watch(TopCustomers { limit: LEADERS })?;
    let mut shown = Vec::new();
    let last = loop {
        tokio::select! {
            top = live.next_other(&shown) => {
                shown = top?;
                progress.leaders(&customers(&shown));
            }
            last = &mut ended => break last?,
        }
    };
    if let Some(last) = last {
        let top = bus
            .query(TopCustomers { limit: LEADERS })
            .after(&last)
            .await?;
        if top != shown {
            progress.leaders(&customers(&top));
        }
    }
    Ok(())
}

/// The totals and the customers who spent most.
pub async fn summary(bus: &Shop) -> anyhow::Result<Summary> {
    let totals = bus.query(Totals).await?;
    let top = bus.query(TopCustomers { limit: TOP }).await?;
    Ok(Summary {
        orders: totals.orders,
        customers: totals.customers,
        items: totals.items,
        revenue: totals.revenue,
        first: totals.first,
        last: totals.last,
        top: customers(&top),
    })
}

/// The totals in words, the top customers as a table, the months as bars.
pub async fn full(bus: &Shop, summary: &Summary) -> anyhow::Result<String> {
    let months = bus.query(RevenueByMonth).await?;
    let months: Vec<MonthRevenue> = months
        .into_iter()
        .map(|(month, revenue)| MonthRevenue {
            month: month.to_string(),
            revenue,
        })
        .collect();
    let width = report::width();
    let (table, chart) = (
        report::table(&summary.top, 1, width),
        report::chart(&months, width),
    );
    Ok(format!(
        "{summary}\n\nTop customers\n{}\n\nRevenue by month\n{chart}",
        table.trim_end()
    ))
}

/// The customers who spent an amount in the range, a table a page.
async fn pages(
    bus: &Shop,
    (least, most): (Money, Money),
    page_size: usize,
) -> anyhow::Result<String> {
    let mut shown = format!("\nCustomers who spent from {least} to {most}\n");
    let (mut first, mut after) = (1, None);
    loop {
        let query = SpentBetween {
            least,
            most,
            page_size,
            after,
        };
        let page = bus.query(query).await?;
        let table = report::table(&customers(&page.rows), first, report::width());
        shown += &table;
        first += page.rows.len();
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(shown),
        }
    }
}

/// The rows as the report shows them.
fn customers(rows: &[Row<CustomerOrders>]) -> Vec<TopCustomer> {
    let customers = rows.iter().map(|row| TopCustomer {
        customer: row.key.to_string(),
        orders: row.orders,
        items: row.items,
        spent: row.spent,
    });
    customers.collect()
}
