//! One projection is read at a time, and no handler reads one.
use cqrs_core::prelude::*;

#[commands("lamp", lamp: String)]
pub enum LampCommand {
    Light,
}

#[events("lamp")]
pub enum LampEvent {
    Lit,
}

#[derive(Aggregate, Default)]
#[aggregate("lamp", id = String)]
pub struct Lamp;

#[handle]
impl Lamp {
    async fn light(&self, _: &Light, _: &Rows<Burning>) -> Lit {
        Lit
    }
}

#[apply]
impl Lamp {
    fn lit(&mut self, _: &Lit) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("burning", key = String)]
pub struct Burning {}

#[project]
impl Burning {
    fn lit(&mut self, _: &Lit) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("rooms", key = String)]
pub struct Room {}

#[project]
impl Room {
    fn lit(&mut self, _: &Lit) {}
}

#[derive(Query)]
pub struct Dark;

#[answer]
impl Room {
    async fn dark(rows: &Rows<Self>, _: &Dark, burning: &Rows<Burning>) -> Result<u64, ReadError> {
        Ok(rows.all().count().await? - burning.all().count().await?)
    }
}

fn main() {}
