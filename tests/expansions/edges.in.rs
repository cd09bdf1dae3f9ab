//! Names, attributes and paths out of the ordinary: raw identifiers, `#[cfg]`, `#[deprecated]`, names that the
//! expansion would have taken, the dependency's path given.
use super::*;

#[derive(Id)]
#[id(crate = ::cqrs_core)]
pub struct R(Uuid);

#[commands("edge", r#type: R, crate = ::cqrs_core)]
pub enum EdgeCommand {
    #[allow(dead_code)]
    r#Become { r#as: String },
    #[cfg(any())]
    Never { at: Missing },
    #[deprecated]
    Leave,
}

#[events("edge", crate = ::cqrs_core)]
pub enum EdgeEvent {
    Became {
        #[tag]
        r#as: String,
    },
    #[cfg(any())]
    Vanished,
    A,
}

#[derive(Default, Aggregate)]
#[aggregate("edge", id = R, crate = ::cqrs_core)]
pub struct Edge {
    pub r#as: String,
}

#[handle(crate = ::cqrs_core)]
impl Edge {
    pub fn r#become(&self, command: &r#Become) -> Became {
        let r#as = command.r#as.clone();
        Became { r#as }
    }

    #[cfg(any())]
    pub fn never(&self, _: &Never) -> Became {
        Became
    }

    #[deprecated]
    #[cfg_attr(all(), allow(unused_variables, deprecated))]
    pub fn leave(&self, command: &Leave) -> EdgeEvent {
        A.into()
    }
}

#[apply(crate = ::cqrs_core)]
impl Edge {
    pub fn became(&mut self, event: &Became) {
        self.r#as.clone_from(&event.r#as);
    }

    #[cfg(any())]
    pub fn vanished(&mut self, _: &Vanished) {}

    pub fn a(&mut self, _: &A) {}
}
