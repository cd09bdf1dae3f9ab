//! The catalogue, asked over a bus.

use catalog::domain::{
    AddProduct, CatalogError, FindProduct, ListProducts, RepriceProduct, Services,
};
use catalog::product::{Name, Price, Product};
use catalog::table::{Table, TableError};
use cqrs_core::catalogue::explain;
use cqrs_core::prelude::*;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

async fn open(path: &Path) -> Bus<Memory, Services> {
    let services = Services::over(Table::open(path).unwrap());
    let bus = Bus::builder(Memory::new()).resources(services);
    bus.open().await.unwrap()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn product(text: &str, cents: u32) -> Product {
    Product {
        name: name(text),
        price: Price::from_cents(cents),
    }
}

fn add(text: &str, cents: u32) -> AddProduct {
    let Product { name, price } = product(text, cents);
    AddProduct { name, price }
}

fn reprice(text: &str, cents: u32) -> RepriceProduct {
    let Product { name, price } = product(text, cents);
    RepriceProduct { name, price }
}

fn find(text: &str) -> FindProduct {
    FindProduct { name: name(text) }
}

#[tokio::test]
async fn what_a_command_did_the_next_query_shows() {
    let folder = TempDir::new().unwrap();
    let bus = open(&folder.path().join("a.db")).await;
    assert_eq!(bus.query(ListProducts).await.unwrap(), []);
    bus.dispatch(add("Kettle", 2_490)).await.unwrap();
    bus.dispatch(add("Cup", 350)).await.unwrap();
    assert_eq!(
        bus.query(find("Kettle")).await.unwrap(),
        Some(product("Kettle", 2_490))
    );
    bus.dispatch(reprice("Kettle", u32::MAX)).await.unwrap();
    assert_eq!(
        bus.query(ListProducts).await.unwrap(),
        [product("Cup", 350), product("Kettle", u32::MAX)]
    );
    assert_eq!(bus.query(find("kettle")).await.unwrap(), None);
}

#[tokio::test]
async fn a_refused_command_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let bus = open(&folder.path().join("a.db")).await;
    bus.dispatch(add("Kettle", 2_490)).await.unwrap();
    let refused = bus.dispatch(add("Kettle", 1)).await.unwrap_err();
    assert!(matches!(&refused, CatalogError::Known(it) if *it == name("Kettle")));
    let refused = bus.dispatch(reprice("Cup", 1)).await.unwrap_err();
    assert!(matches!(&refused, CatalogError::Unknown(it) if *it == name("Cup")));
    assert_eq!(
        bus.query(ListProducts).await.unwrap(),
        [product("Kettle", 2_490)]
    );
}

#[tokio::test]
async fn the_table_survives_a_restart_and_is_shared() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.db");
    let bus = open(&path).await;
    bus.dispatch(add("'; DROP TABLE product; --", 1))
        .await
        .unwrap();
    let other = open(&path).await;
    other.dispatch(add("Kettle", 2_490)).await.unwrap();
    assert_eq!(bus.query(ListProducts).await.unwrap().len(), 2);
    drop((bus, other));
    let again = open(&path).await;
    assert_eq!(
        again.query(ListProducts).await.unwrap(),
        [
            product("'; DROP TABLE product; --", 1),
            product("Kettle", 2_490)
        ]
    );
}

#[test]
fn of_two_that_add_one_name_one_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.db");
    Table::open(&path).unwrap();
    let added: usize = std::thread::scope(|scope| {
        let adding = [(); 2].map(|()| scope.spawn(|| add_twenty(&path)));
        adding.map(|it| it.join().unwrap()).into_iter().sum()
    });
    assert_eq!(added, 20);
}

/// Adds products of twenty names; says how many of them were new.
#[tokio::main(flavor = "current_thread")]
async fn add_twenty(path: &Path) -> usize {
    let bus = open(path).await;
    let mut added = 0;
    for number in 0..20 {
        match bus.dispatch(add(&format!("product {number}"), 1)).await {
            Ok(()) => added += 1,
            Err(CatalogError::Known(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    added
}

#[test]
fn another_file_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("notes.txt");
    let notes = "tea, ".repeat(1_000);
    std::fs::write(&text, &notes).unwrap();
    let error = Table::open(&text).unwrap_err();
    assert!(matches!(error, TableError::Open { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&text).unwrap(), notes);

    let foreign = folder.path().join("foreign.db");
    let other = Connection::open(&foreign).unwrap();
    other.execute_batch("CREATE TABLE product (x)").unwrap();
    let error = Table::open(&foreign).unwrap_err();
    assert!(matches!(error, TableError::Foreign { .. }), "{error}");

    let nowhere = folder.path().join("nowhere").join("a.db");
    let error = Table::open(&nowhere).unwrap_err();
    assert!(matches!(error, TableError::Open { .. }), "{error}");
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_a_product_is_an_error_and_no_product() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.db");
    let bus = open(&path).await;
    bus.dispatch(add("Cup", 350)).await.unwrap();
    let other = Connection::open(&path).unwrap();
    for row in ["('Kettle', -1)", "('', 1)", "('Pot', 4294967296)"] {
        let insert = format!("INSERT INTO product VALUES {row}");
        other.execute_batch(&insert).unwrap();
        let failed = bus.query(ListProducts).await.unwrap_err();
        assert!(
            matches!(failed, QueryError::Failed(TableError::Sqlite(_))),
            "{row}: {failed}"
        );
        let cup = bus.query(find("Cup")).await.unwrap();
        assert_eq!(cup, Some(product("Cup", 350)));
        other
            .execute_batch("DELETE FROM product WHERE name <> 'Cup'")
            .unwrap();
    }
}

#[test]
fn the_library_knows_what_it_is_made_of() {
    let told = explain::<FindProduct>().unwrap().to_string();
    assert!(told.contains("answered by service Catalog at "), "{told}");
    assert!(told.contains("may fail with TableError"), "{told}");
}
