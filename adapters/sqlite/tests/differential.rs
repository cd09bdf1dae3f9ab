//! Whatever is committed, the memory store and this one answer alike: the same program of steps
//! that the repository's own tests put to a probe.

mod given;

/// Stands where the steps expect their second store.
mod sqlite_probe {
    use cqrs_sqlite::Sqlite;

    pub struct Probe;

    impl Probe {
        #[allow(clippy::new_ret_no_self, reason = "it is called as the probe is")]
        pub fn in_memory() -> Sqlite {
            Sqlite::at(crate::given::new_file())
                .open_blocking()
                .unwrap()
        }
    }
}

#[allow(dead_code, reason = "the conformance suite uses the rest")]
#[path = "../../../tests/faulty_store.rs"]
mod faulty_store;
#[path = "../../../tests/differential.rs"]
mod steps;
