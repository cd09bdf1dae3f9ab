//! Projections with tables of their own in unusual surroundings.

extern crate cqrs_core as renamed;

use beds::{Beds, Made, Sow, Water};

/// Without a prelude, and where the names that an expansion could lean on mean something else.
mod beds {
    #![no_implicit_prelude]

    macro_rules! shadow {
    ($($name:ident)*) => {$(
        #[allow(dead_code, clippy::upper_case_acronyms)]
        struct $name;
    )*};
}

    shadow!(Result Option Vec String Ok Err Some None Send Sync Any Tables Done Projection Project);
    shadow!(Recorded RecordedEvent);

    #[allow(dead_code)]
    mod core {}
    #[allow(dead_code)]
    mod cqrs_core {}

    #[::cqrs_core::commands("plant", plant: ::std::string::String)]
    pub enum PlantCommand {
        Sow { litres: ::core::primitive::u64 },
        Water { litres: ::core::primitive::u64 },
    }

    #[::cqrs_core::events("plant")]
    pub enum PlantEvent {
        Sown { litres: ::core::primitive::u64 },
        Watered { litres: ::core::primitive::u64 },
    }

    #[derive(::cqrs_core::Aggregate, ::core::default::Default)]
    #[aggregate("plant", id = ::std::string::String)]
    pub struct Plant;

    #[::cqrs_core::handle]
    impl Plant {
        fn sow(&self, command: &Sow) -> Sown {
            let litres = command.litres;
            Sown { litres }
        }
        fn water(&self, command: &Water) -> Watered {
            let litres = command.litres;
            Watered { litres }
        }
    }

    #[::cqrs_core::apply]
    impl Plant {
        fn sown(&mut self, _: &Sown) {}
        fn watered(&mut self, _: &Watered) {}
    }

    #[derive(::cqrs_core::Projection)]
    #[projection("beds", tables = ::cqrs_sqlite::Transaction, crate = ::renamed)]
    pub struct r#Beds;

    #[::cqrs_core::project(crate = ::renamed)]
    impl r#Beds {
        #[cfg(any())]
        fn others(lent: &::cqrs_sqlite::Transaction) {
            nothing(lent);
        }

        #[cfg(not(any()))]
        fn r#type(
            lent: &::cqrs_sqlite::Transaction,
        ) -> ::core::result::Result<(), ::cqrs_sqlite::SqliteError> {
            lent.execute_batch("CREATE TABLE beds (plant TEXT, litres INTEGER)")
        }

        fn r#fn(
            event: &::cqrs_sqlite::Transaction,
            lent: &Watered,
            decoded: &::std::string::String,
            instance: &::cqrs_core::Recorded,
        ) -> ::core::result::Result<(), ::cqrs_sqlite::SqliteError> {
            ::std::assert!(instance.version.get() > 0);
            let litres = lent.litres.cast_signed();
            event.execute("INSERT INTO beds VALUES (?, ?)", (decoded, litres))?;
            ::core::result::Result::Ok(())
        }

        #[cfg(any())]
        fn never(lent: &::cqrs_sqlite::Transaction, event: &Sown) {
            nothing(lent, event);
        }
    }

    /// Nothing but what makes the tables.
    #[derive(::cqrs_core::Projection)]
    #[projection("made", tables = ::cqrs_sqlite::Transaction)]
    pub struct Made;

    macro_rules! written {
        ($target:ident, $lent:ty, $event:ty) => {
            #[::cqrs_core::project]
            impl $target {
                fn tables(_: &$lent) {}
                fn sown(tables: &$lent, event: &$event) {
                    let litres = event.litres.cast_signed();
                    let made = "CREATE TABLE made AS SELECT ?";
                    tables.execute(made, [litres]).unwrap();
                }
            }
        };
    }

    type TheTransaction = ::cqrs_sqlite::Transaction;

    written!(Made, TheTransaction, Sown);
}

#[tokio::test]
async fn they_write() {
    let folder = tempfile::tempdir().unwrap();
    let file = cqrs_sqlite::Sqlite::at(folder.path().join("plants.db"));
    let bus = cqrs_core::Bus::open(file).await.unwrap();
    let plant = || "rose".to_string();
    for litres in [1, 2] {
        let sow = Sow {
            plant: plant(),
            litres,
        };
        if litres == 1 {
            bus.dispatch(sow).await.unwrap();
        }
        let water = Water {
            plant: plant(),
            litres,
        };
        bus.dispatch(water)
            .wait_for::<(Beds, Made)>()
            .await
            .unwrap();
    }
    let read = bus.store().read(|tables| {
        let sql = "SELECT sum(litres), (SELECT count(*) FROM made) FROM beds";
        tables.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))
    });
    assert_eq!(read.await.unwrap(), Some((3, 1)));
}
