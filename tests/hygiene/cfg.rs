//! `#[cfg]` on all that may carry it: what is off takes what belongs to it away, types and all.

use cqrs_core::message::EventSet;
use cqrs_core::prelude::*;
use cqrs_core::projection::Projection;
use cqrs_core::store::IndexedField;

#[commands("kettle", kettle: u64)]
pub enum KettleCommand {
    Boil {
        #[cfg(test)]
        litres: u64,
        #[cfg(not(test))]
        gallons: Missing,
    },
    #[cfg(test)]
    Empty,
    #[cfg(not(test))]
    Descale { with: Missing },
    #[cfg(not(test))]
    Polish,
}

#[commands("kettle.plug")]
pub enum PlugCommand {
    PlugIn {
        #[id]
        kettle: u64,
    },
}

#[events("kettle")]
pub enum KettleEvent {
    Boiled {
        #[tag]
        #[cfg(test)]
        litres: u64,
        #[cfg(not(test))]
        gallons: Missing,
        #[tag]
        #[cfg(not(test))]
        ounces: Missing,
    },
    #[cfg(test)]
    Emptied,
    #[cfg(not(test))]
    Descaled(Missing),
    #[cfg(test)]
    #[cfg(not(test))]
    Polished,
    PluggedIn,
}

#[derive(Aggregate, Default, Serialize, Deserialize)]
#[aggregate("kettle", id = u64, snapshot_every = 1)]
pub struct Kettle {
    #[cfg(test)]
    litres: u64,
    #[cfg(not(test))]
    scale: Missing,
}

#[handle]
impl Kettle {
    fn boil(&self, command: &Boil) -> Boiled {
        Boiled {
            litres: command.litres,
        }
    }

    #[cfg(test)]
    fn empty(&self, _: &Empty) -> Option<KettleEvent> {
        (self.litres > 0).then(|| Emptied.into())
    }

    #[cfg(not(test))]
    fn empty(&self, _: &Empty) -> Missing {
        unreachable!()
    }

    #[cfg(not(test))]
    fn descale(&self, command: &Descale) -> Result<Descaled, Missing> {
        Ok(Descaled(command.with))
    }

    fn plug_in(&self, _: &PlugIn) -> PluggedIn {
        PluggedIn
    }
}

#[cfg(not(test))]
#[handle]
impl Kettle {
    fn polish(&self, _: &Polish) -> Polished {
        Polished
    }
}

#[apply(enum = Steam)]
impl Kettle {
    #[cfg(not(test))]
    fn boiled(&mut self, event: &Boiled) {
        self.litres += event.gallons;
    }

    #[cfg(test)]
    fn boiled(&mut self, event: &Boiled) {
        self.litres += event.litres;
    }

    #[cfg(test)]
    fn emptied(&mut self, _: &Emptied) {
        self.litres = 0;
    }

    #[cfg(not(test))]
    fn descaled(&mut self, event: &Descaled) {
        self.scale = event.0;
    }

    fn plugged_in(&mut self, _: &PluggedIn) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("kettles", key = u64)]
pub struct Kettles {
    #[index]
    #[cfg(test)]
    pub litres: u64,
    #[index]
    #[cfg(not(test))]
    pub scale: Missing,
    pub times: u64,
}

#[project]
impl Kettles {
    #[cfg(test)]
    fn boiled(&mut self, event: &Boiled) {
        self.litres += event.litres;
        self.times += 1;
    }

    #[cfg(test)]
    #[key(7, 8)]
    fn emptied(&mut self, _: &Emptied) {
        self.times += 100;
    }

    #[cfg(not(test))]
    #[key(event.0.kettle)]
    fn descaled(&mut self, event: &Descaled) -> Missing {
        self.scale = event.0;
    }
}

#[derive(Query)]
#[query("kettles.fullest")]
pub struct Fullest {
    #[cfg(not(test))]
    pub in_gallons: Missing,
}

#[derive(Query)]
#[query("kettles.how_many")]
pub struct HowMany;

#[cfg(not(test))]
#[derive(Query)]
#[query("kettles.scaly")]
pub struct Scaly;

#[answer]
impl Kettles {
    async fn fullest(rows: &Rows<Self>, _: &Fullest) -> Result<Option<Row<Self>>, ReadError> {
        let rows = rows.by(Self::LITRES).descending().await?;
        Ok(rows.into_iter().next())
    }

    #[cfg(test)]
    async fn how_many(rows: &Rows<Self>, _: &HowMany) -> Result<usize, ReadError> {
        Ok(rows.all().await?.len())
    }

    #[cfg(not(test))]
    fn how_many(rows: &Rows<Self>, _: &HowMany) -> Missing {
        unreachable!()
    }

    #[cfg(not(test))]
    fn scaly(rows: &Rows<Self>, _: &Scaly) -> Missing {
        unreachable!()
    }
}

/// Whole vocabularies and types that are off.
mod off {
    #![allow(unused_imports)]

    use cqrs_core::prelude::*;

    #[cfg(not(test))]
    #[commands("kettle.off", kettle: Missing)]
    pub enum OffCommand {
        TurnOff,
    }

    #[commands("kettle.off", kettle: Missing)]
    #[cfg(not(test))]
    pub enum OffToo {
        TurnOff,
    }

    #[events("kettle.off")]
    #[cfg(not(test))]
    pub enum OffEvent {
        TurnedOff { by: Missing },
    }

    #[derive(Projection)]
    #[cfg(not(test))]
    pub struct OffView(Missing);

    #[project]
    #[cfg(not(test))]
    impl OffView {
        fn turned_off(&mut self, _: &TurnedOff) {}
    }
}

#[test]
fn what_is_off_is_in_no_list() {
    assert_eq!(KettleEvent::EVENTS.len(), 3);
    assert_eq!(Steam::EVENTS.len(), 3);
    assert_eq!(Kettles::INDEXES, [IndexedField::new("litres")]);
    assert_eq!(Boiled { litres: 2 }.tags().as_slice().len(), 1);
    let boil = Boil {
        kettle: 1,
        litres: 2,
    };
    match KettleCommand::from(boil) {
        KettleCommand::Boil(Boil { kettle, litres }) => assert_eq!((kettle, litres), (1, 2)),
        KettleCommand::Empty(_) => panic!("another variant"),
    }
}

#[tokio::test]
async fn a_domain_runs() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    bus.dispatch(PlugIn { kettle: 1 }).await.unwrap();
    let boil = Boil {
        kettle: 1,
        litres: 2,
    };
    bus.dispatch(boil).await.unwrap();
    let receipt = bus.dispatch(Empty { kettle: 1 }).await.unwrap();
    assert_eq!(receipt.version.get(), 3);
    let fullest = bus.query(Fullest {}).after(&receipt).await.unwrap();
    let fullest = fullest.map(|row| (row.key, row.litres, row.times));
    assert_eq!(fullest, Some((1, 2, 1)));
    assert_eq!(bus.query(HowMany).after(&receipt).await.unwrap(), 3);
}
