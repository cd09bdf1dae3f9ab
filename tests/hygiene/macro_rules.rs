//! A domain written by `macro_rules!`: its fragments arrive in invisible groups.

use cqrs_core::prelude::*;

macro_rules! vocabulary_domain {
    (
        $v:vis $aggregate:ident: $name:literal, $id_field:ident: $id:ty,
        $command:ident $adds:ident { $field:ident: $amount:ty },
        $event:ident $added:ident, &$borrowed:ty => $out:ty,
        $view:ident: $rows:literal by $ordered:ident,
        $query:ident -> $value:ty,
    ) => {
        #[commands($name, $id_field: $id)]
        $v enum $command {
            $adds { $field: $amount },
        }

        #[events($name)]
        $v enum $event {
            $added { #[tag] $field: $amount },
        }

        #[derive(Aggregate, Default, Serialize, Deserialize)]
        #[aggregate($name, id = $id, snapshot_every = 1)]
        $v struct $aggregate {
            $field: $amount,
        }

        #[handle]
        impl $aggregate {
            fn adds(&self, command: &$adds) -> $out {
                ensure!(command.$field > 0, "nothing");
                Ok($added { $field: command.$field })
            }
        }

        #[apply]
        impl $aggregate {
            fn added(&mut self, event: &$borrowed) {
                self.$field += event.$field;
            }
        }

        #[derive(Projection, Default, Serialize, Deserialize)]
        #[projection($rows, key = $id)]
        $v struct $view {
            #[index]
            $v $field: $amount,
        }

        #[project]
        impl $view {
            fn added(&mut self, event: &$borrowed) {
                self.$field += event.$field;
            }
        }

        #[derive(Query)]
        $v struct $query;

        #[answer]
        impl $view {
            async fn sum(rows: &Rows<Self>, _: &$query) -> $value {
                let rows = rows.by($view::$ordered).await?;
                Ok(rows.iter().map(|row| row.$field).sum())
            }
        }
    };
}

vocabulary_domain! {
    pub(crate) Jar: "jar", jar: u64,
    JarCommand Fill { drops: u64 },
    JarEvent Filled, &Filled => Result<Filled, &'static str>,
    JarView: "jars" by DROPS,
    Drops -> Result<u64, ReadError>,
}

vocabulary_domain! {
    Mug: "mug", mug: String,
    MugCommand Pour { sips: u32 },
    MugEvent Poured, &Poured => Result<Poured, &'static str>,
    MugView: "mugs" by SIPS,
    Sips -> Result<u32, ReadError>,
}

macro_rules! struct_domain {
    (
        $(#[$meta:meta])*
        $v:vis struct $aggregate:ident($set_vis:vis enum $set:ident) of $id:ty;
        $(on $handler:ident: $command:ident => $applier:ident: $event:ident($keep:expr);)+
        view $view:ident of $key:ty: $row:ident => $row_key:expr, $other_key:expr;
        query $query:ident
    ) => {
        $(#[$meta])*
        #[derive(Aggregate, Default)]
        #[aggregate(id = $id)]
        $v struct $aggregate(u64);

        $(
            #[derive(Command, Serialize, Deserialize)]
            $v struct $command {
                #[id]
                $v id: $id,
            }

            #[derive(Event, Clone, Serialize, Deserialize)]
            $v struct $event {
                $v kept: u64,
            }
        )+

        #[handle]
        impl $aggregate {
            $(
                fn $handler(&self, _: &$command) -> $set {
                    let keep: fn(u64) -> u64 = $keep;
                    $event { kept: keep(self.0) }.into()
                }
            )+
        }

        // an empty `$set_vis` says nothing, and the enum is `pub`
        #[apply(enum = $set_vis $set)]
        impl $aggregate {
            $(
                fn $applier(&mut self, event: &$event) {
                    self.0 = event.kept;
                }
            )+
        }

        #[derive(Projection, Default, Serialize, Deserialize)]
        #[projection(key = $key)]
        $v struct $view {
            $v seen: u64,
        }

        #[project]
        impl $view {
            $(
                #[key($row_key, $other_key, event.kept.to_string())]
                fn $applier(&mut self, event: &$event, $row: &Recorded) {
                    self.seen += event.kept * $row.position.get();
                }
            )+
        }

        #[derive(Query)]
        $v struct $query {
            $v of: $key,
        }

        #[answer]
        impl $view {
            async fn seen(rows: &Rows<Self>, query: &$query) -> Result<Option<Self>, ReadError> {
                rows.get(&query.of).await
            }
        }
    };
}

struct_domain! {
    /// Turns.
    pub(super) struct Dial(pub(super) enum Turned) of u32;
    on left: TurnLeft => lefted: TurnedLeft(|at| at + 1);
    on right: TurnRight => righted: TurnedRight(|at| at * 10);
    view DialView of String: record => record.stream.id().to_owned(), format!("v{}", record.version);
    query DialSeen
}

#[tokio::test]
async fn vocabularies_run() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    bus.dispatch(Fill { jar: 1, drops: 2 }).await.unwrap();
    let receipt = bus.dispatch(Fill { jar: 2, drops: 3 }).await.unwrap();
    assert_eq!(bus.query(Drops).after(&receipt).await.unwrap(), 5);
    let mug = || "blue".to_owned();
    let refused = bus
        .dispatch(Pour {
            mug: mug(),
            sips: 0,
        })
        .await;
    assert!(matches!(refused, Err(DispatchError::Rejected("nothing"))));
    let receipt = bus
        .dispatch(Pour {
            mug: mug(),
            sips: 4,
        })
        .await
        .unwrap();
    assert_eq!(bus.query(Sips).after(&receipt).await.unwrap(), 4);
}

#[tokio::test]
async fn structs_run() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    bus.dispatch(TurnLeft { id: 1 }).await.unwrap();
    let receipt = bus.dispatch(TurnRight { id: 1 }).await.unwrap();
    for (of, seen) in [("1", 1 + 1 + 2 * 10), ("v1", 1), ("v2", 20), ("10", 20)] {
        let of = of.to_owned();
        let row = bus.query(DialSeen { of }).after(&receipt).await.unwrap();
        assert_eq!(row.unwrap().seen, seen);
    }
    assert!(matches!(
        TurnedLeft { kept: 1 }.into(),
        Turned::TurnedLeft(_)
    ));
}
