//! What may be asked of the catalogue, and what it does and answers.

use crate::product::{Name, Price, Product};
use crate::table::{Table, TableError};
use cqrs_core::prelude::*;

/// What may be asked of the catalogue.
#[commands("catalog")]
pub enum CatalogCommand {
    /// Takes a product in.
    AddProduct { name: Name, price: Price },
    /// Gives a product another price.
    RepriceProduct { name: Name, price: Price },
}

/// Asks for one product.
#[derive(Query)]
pub struct FindProduct {
    /// Its name.
    pub name: Name,
}

/// Asks for all products, by name.
#[derive(Query)]
pub struct ListProducts;

/// Why a command is refused.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The name is taken.
    #[error("there is a `{0}` already: give it another price, or this one another name")]
    Known(Name),
    /// There is no such product.
    #[error("there is no `{0}`: add it first")]
    Unknown(Name),
    /// The table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The catalogue: a service over its table.
#[derive(Service, Debug)]
pub struct Catalog {
    table: Table,
}

#[handle]
impl Catalog {
    fn add(&self, command: &AddProduct) -> Result<(), CatalogError> {
        let AddProduct { name, price } = command;
        let added = self.table.insert(name, *price)?;
        ensure!(added, CatalogError::Known(name.clone()));
        Ok(())
    }

    fn reprice(&self, command: &RepriceProduct) -> Result<(), CatalogError> {
        let RepriceProduct { name, price } = command;
        let known = self.table.update(name, *price)?;
        ensure!(known, CatalogError::Unknown(name.clone()));
        Ok(())
    }
}

#[answer]
impl Catalog {
    fn find(&self, query: &FindProduct) -> Result<Option<Product>, TableError> {
        self.table.get(&query.name)
    }

    fn list(&self, _: &ListProducts) -> Result<Vec<Product>, TableError> {
        self.table.all()
    }
}

/// What the bus provides: the service.
#[derive(Resources, Debug)]
pub struct Services {
    catalog: Catalog,
}

impl Services {
    /// The catalogue over that table.
    pub fn over(table: Table) -> Self {
        let catalog = Catalog { table };
        Self { catalog }
    }
}
