//! Keywords as names, of all that has one: stored, tagged and indexed without `r#`.
#![allow(non_camel_case_types)]

use cqrs_core::message::{Addressed, EventSet};
use cqrs_core::prelude::*;
use cqrs_core::projection::Projection;
use cqrs_core::store::IndexedField;

#[derive(Id)]
pub struct r#box(String);

#[commands("raw", r#in: r#box, aggregate = "trait")]
pub enum r#do {
    /// Keeps a type.
    r#type {
        r#fn: u64,
        r#ref: Option<u64>,
    },
    r#move,
}

#[events("raw", aggregate = "trait")]
pub enum r#yield {
    r#struct {
        #[tag]
        r#type: u64,
    },
    r#static(u64),
}

#[derive(Command, Serialize, Deserialize)]
#[command("raw.break")]
pub struct r#break {
    #[id]
    pub r#where: r#box,
}

#[derive(Event, Clone, Serialize, Deserialize)]
pub struct r#gen {
    #[tag]
    pub r#match: String,
}

#[derive(Aggregate, Default, Serialize, Deserialize)]
#[aggregate(id = r#box, snapshot_every = 1)]
pub struct r#trait {
    r#type: u64,
}

#[handle]
impl r#trait {
    fn r#type(&self, r#type: &r#type) -> r#struct {
        r#struct {
            r#type: r#type.r#fn,
        }
    }

    #[allow(clippy::unused_async)]
    async fn r#move(&self, _: &r#move) -> Option<r#yield> {
        Some(r#static(self.r#type).into())
    }

    fn r#break(&self, r#break: &r#break) -> Result<r#const, r#box> {
        ensure!(self.r#type > 0, r#break.r#where.clone());
        let r#match = r#break.r#where.to_string();
        Ok(r#gen { r#match }.into())
    }
}

#[apply(enum = r#const)]
impl r#trait {
    fn r#struct(&mut self, r#struct: &r#struct) {
        self.r#type = r#struct.r#type;
    }

    fn r#static(&mut self, r#dyn: &r#static) {
        self.r#type += r#dyn.0;
    }

    fn r#gen(&mut self, _: &r#gen) {
        self.r#type = 0;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = r#box)]
pub struct r#use {
    #[index]
    r#type: u64,
    #[index]
    pub r#loop: String,
}

#[project]
impl r#use {
    fn r#struct(&mut self, r#struct: &r#struct) {
        self.r#type = r#struct.r#type;
    }

    #[key(r#box::from(r#gen.r#match.clone()), r#box::from(r#in.stream.to_string()))]
    fn r#gen(&mut self, r#gen: &r#gen, r#in: &Recorded) -> Change {
        self.r#loop = r#gen.r#match.clone() + r#in.stream.id();
        Change::Keep
    }
}

#[derive(Query)]
pub struct r#while {
    r#for: u64,
}

#[derive(Query)]
pub struct r#if;

#[answer]
impl r#use {
    async fn r#while(r#use: &Rows<Self>, r#while: &r#while) -> Result<Option<u64>, ReadError> {
        let rows = r#use.by(Self::TYPE).descending().await?;
        Ok(rows.first().map(|row| row.r#type + r#while.r#for))
    }

    async fn r#if(r#use: &Rows<Self>, _: &r#if) -> Result<usize, ReadError> {
        Ok(r#use.by(Self::LOOP).await?.len())
    }
}

#[test]
fn names_are_stored_without_the_mark() {
    assert_eq!((r#type::NAME, r#move::NAME), ("raw.type", "raw.move"));
    assert_eq!((r#struct::NAME, r#gen::NAME), ("raw.struct", "gen"));
    assert_eq!(<r#trait as cqrs_core::Aggregate>::NAME, "trait");
    assert_eq!((r#use::NAME, r#while::NAME), ("use", "while"));
    assert_eq!(r#use::INDEXES, ["type", "loop"].map(IndexedField::new));
    assert_eq!(r#yield::EVENTS.len() + r#const::EVENTS.len(), 2 + 3);
    let tags = r#struct { r#type: 7 }.tags();
    let tag = &tags.as_slice()[0];
    assert_eq!((&*tag.name, &*tag.value), ("type", "7"));
    let place = r#box::from("here");
    assert_eq!(format!("{place:?}"), r#"box("here")"#);
    let command = r#move {
        r#in: place.clone(),
    };
    assert_eq!(command.id(), &place);
    let json = serde_json::to_string(&command).unwrap();
    assert_eq!(json, r#"{"in":"here"}"#);
}

#[tokio::test]
async fn a_domain_runs() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let place = || r#box::from("here");
    let refused = bus.dispatch(r#break { r#where: place() }).await;
    match refused.unwrap_err() {
        DispatchError::Rejected(at) => assert_eq!(at, place()),
        other => panic!("{other:?}"),
    }
    let command = r#type {
        r#in: place(),
        r#fn: 7,
        r#ref: None,
    };
    bus.dispatch(command).await.unwrap();
    bus.dispatch(r#move { r#in: place() }).await.unwrap();
    let receipt = bus.dispatch(r#break { r#where: place() }).await.unwrap();
    assert_eq!(receipt.version.get(), 3);
    let kept = bus.query(r#while { r#for: 1 }).after(&receipt);
    assert_eq!(kept.await.unwrap(), Some(8));
    assert_eq!(bus.query(r#if).after(&receipt).await.unwrap(), 2);
}
