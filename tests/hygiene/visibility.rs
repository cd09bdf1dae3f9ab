//! Domains that are not public: what is written for a type is as visible as the type.

mod inner {
    use cqrs_core::prelude::*;

    // private to this module, the aggregate and all
    #[commands("safe", safe: SafeId)]
    enum SafeCommand {
        Lock { code: u32 },
    }

    #[events("safe")]
    enum SafeEvent {
        Locked {
            #[tag]
            code: u32,
        },
    }

    #[derive(Id)]
    struct SafeId(String);

    #[derive(Aggregate, Default, Serialize, Deserialize)]
    #[aggregate("safe", id = SafeId, snapshot_every = 1)]
    struct Safe;

    #[handle]
    impl Safe {
        fn lock(&self, command: &Lock) -> Result<Locked, Refusal> {
            ensure!(command.code > 999, Refusal);
            let code = command.code;
            Ok(Locked { code })
        }
    }

    #[derive(Debug)]
    struct Refusal;

    #[apply(enum = pub(self) SafeLog)]
    impl Safe {
        fn locked(&mut self, _: &Locked) {}
    }

    #[derive(Projection, Default, Serialize, Deserialize)]
    #[projection("safes", key = SafeId)]
    struct Codes {
        #[index]
        code: u32,
    }

    #[project]
    impl Codes {
        fn locked(&mut self, event: &Locked) {
            self.code = event.code;
        }
    }

    #[derive(Query)]
    #[query("safes.highest")]
    struct Highest;

    #[answer]
    impl Codes {
        async fn highest(rows: &Rows<Self>, _: &Highest) -> Result<Vec<Row<Self>>, ReadError> {
            rows.by(Self::CODE).descending().limit(1).await
        }
    }

    pub async fn lock_and_find() -> u32 {
        let bus = Bus::open(Memory::new()).await.unwrap();
        let safe = || SafeId::from("bank");
        let refused = bus
            .dispatch(Lock {
                safe: safe(),
                code: 1,
            })
            .await;
        assert!(matches!(refused, Err(DispatchError::Rejected(Refusal))));
        let receipt = bus
            .dispatch(Lock {
                safe: safe(),
                code: 1234,
            })
            .await
            .unwrap();
        let SafeLog::Locked(locked) = Locked { code: 1 }.into();
        assert_eq!(locked, Locked { code: 1 });
        bus.query(Highest).after(&receipt).await.unwrap()[0].code
    }

    /// One level further in, seen by `inner` or by the crate.
    pub mod deeper {
        use cqrs_core::prelude::*;

        #[commands("chest", chest: u64)]
        pub(in crate::visibility) enum ChestCommand {
            Fill { coins: u64 },
        }

        #[events("chest")]
        pub(in crate::visibility) enum ChestEvent {
            Filled { coins: u64 },
        }

        #[derive(Aggregate, Default)]
        #[aggregate("chest", id = u64)]
        pub(crate) struct Chest {
            pub(super) coins: u64,
        }

        #[handle]
        impl Chest {
            pub(super) fn fill(&self, command: &Fill) -> [Filled; 1] {
                let coins = command.coins + self.coins;
                [Filled { coins }]
            }
        }

        #[apply(enum = pub(super) ChestLog)]
        impl Chest {
            pub(in crate::visibility) fn filled(&mut self, event: &Filled) {
                self.coins = event.coins;
            }
        }

        #[derive(Projection, Default, Serialize, Deserialize)]
        #[projection("chests", key = u64)]
        pub(super) struct Wealth {
            #[index]
            coins: u64,
            #[index]
            pub(in crate::visibility) times: u64,
        }

        #[project]
        impl Wealth {
            pub(super) fn filled(&mut self, event: &Filled) {
                self.coins = event.coins;
                self.times += 1;
            }
        }

        #[derive(Query)]
        #[query("chests.richest")]
        pub(super) struct Richest;

        #[derive(Query)]
        #[query("chests.busiest")]
        pub(super) struct Busiest;

        #[answer]
        impl Wealth {
            async fn richest(rows: &Rows<Self>, _: &Richest) -> Result<Vec<u64>, ReadError> {
                let rows = rows.by(Self::COINS).await?;
                Ok(rows.iter().map(|row| row.coins).collect())
            }

            async fn busiest(rows: &Rows<Self>, _: &Busiest) -> Result<Vec<u64>, ReadError> {
                let rows = rows.by(Self::TIMES).await?;
                Ok(rows.iter().map(|row| row.times).collect())
            }
        }
    }

    pub async fn fill() -> (Vec<u64>, Vec<u64>) {
        use deeper::{Busiest, Chest, ChestLog, Fill, Filled, Richest, Wealth};

        let mut chest = Chest { coins: 1 };
        for filled in chest.fill(&Fill { chest: 1, coins: 2 }) {
            chest.filled(&filled);
        }
        let ChestLog::Filled(Filled { coins }) = Filled { coins: 3 }.into();
        assert_eq!(chest.coins, coins);

        let bus = Bus::open(Memory::new()).await.unwrap();
        bus.dispatch(Fill { chest: 1, coins: 2 }).await.unwrap();
        let receipt = bus.dispatch(Fill { chest: 1, coins: 2 }).await.unwrap();
        let coins = bus.query(Richest).after(&receipt).await.unwrap();
        let row = bus.find::<Wealth>(&1).await.unwrap().unwrap();
        let times = bus.query(Busiest).await.unwrap();
        assert_eq!(times, [row.times]);
        assert_eq!(Wealth::COINS.name(), "coins");
        (coins, times)
    }
}

// a model is as visible as its messages: E0446 "can't leak private type", at the message: `type By` of a public one names a model that is not
// mod public_messages_of_a_private_model {
//     use cqrs_core::prelude::*;
//
//     #[commands("vault", vault: u64)]
//     pub enum VaultCommand {
//         Shut,
//     }
//
//     #[events("vault")]
//     pub enum VaultEvent {
//         WasShut,
//     }
//
//     #[derive(Aggregate, Default)]
//     #[aggregate("vault", id = u64)]
//     struct Vault;
//
//     #[handle]
//     impl Vault {
//         fn shut(&self, _: &Shut) -> WasShut {
//             WasShut
//         }
//     }
//
//     #[apply]
//     impl Vault {
//         fn was_shut(&mut self, _: &WasShut) {}
//     }
// }

#[tokio::test]
async fn a_private_domain_runs() {
    assert_eq!(inner::lock_and_find().await, 1234);
}

#[tokio::test]
async fn a_restricted_domain_runs() {
    use inner::deeper::{ChestCommand, ChestEvent, Fill, Filled};

    assert_eq!(inner::fill().await, (vec![4], vec![2]));
    let fill = ChestCommand::from(Fill { chest: 1, coins: 2 });
    assert_eq!(fill, ChestCommand::Fill(Fill { chest: 1, coins: 2 }));
    assert_eq!(
        ChestEvent::from(Filled { coins: 1 }),
        ChestEvent::Filled(Filled { coins: 1 })
    );
}
