//! Names that expansions use themselves, and those of the methods that they write.

use cqrs_core::prelude::*;

#[commands("named", by: u64)]
pub enum NamedCommand {
    Handle { command: u64 },
    Default,
    R,
}

#[events("named")]
pub enum NamedEvent {
    Emit { decision: u64, event: u64 },
    A,
    Clone,
}

#[derive(Aggregate, Default, Serialize, Deserialize)]
#[aggregate("named", id = u64, snapshot_every = 1)]
pub struct Named {
    apply: u64,
}

#[handle]
impl Named {
    fn handle(&self, by: &Handle) -> Emit {
        Emit {
            decision: self.apply,
            event: by.command,
        }
    }

    #[allow(clippy::unused_async)]
    async fn into(&self, context: &Default, by: &Context) -> Result<NamedEvent, String> {
        ensure!(by.now() > Timestamp::UNIX_EPOCH, context.by.to_string());
        Ok(A.into())
    }

    fn clone(&self, _: &R) -> Option<Clone> {
        (self.apply > 0).then_some(Clone)
    }
}

#[apply(enum = NamedLog)]
impl Named {
    fn apply(&mut self, decision: &Emit) {
        self.apply += decision.event;
    }

    fn default(&mut self, _: &A) {
        self.apply += 10;
    }

    fn record(&mut self, _: &Clone) {
        self.apply += 100;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("named", key = u64)]
pub struct Rows2 {
    #[index]
    keys: u64,
    #[index]
    index: u64,
}

#[project]
impl Rows2 {
    #[key(decoded.event, rows.version.get(), { let event = 90; event + decoded.decision })]
    fn project(&mut self, decoded: &Emit, rows: &Recorded) {
        self.keys += decoded.event;
        self.index = rows.version.get();
    }

    #[key(key.version.get())]
    fn fold(&mut self, _: &A, key: &Recorded) -> Change {
        self.keys = 7 * key.version.get();
        Change::Keep
    }

    #[key(row(&Clone) + u64::from(key))]
    fn index(&mut self, Clone: &Clone, &Recorded { schema: key, .. }: &Recorded) {
        self.keys = u64::from(key) + 40;
    }
}

fn row(_: &Clone) -> u64 {
    70
}

#[derive(Query)]
#[query("named.answer")]
pub struct Answer {
    source: u64,
}

#[derive(Query)]
#[query("named.value")]
pub struct Value;

#[answer]
impl Rows2 {
    async fn answer(source: &Rows<Self>, resources: &Answer) -> Result<Option<u64>, ReadError> {
        Ok(source.get(&resources.source).await?.map(|row| row.keys))
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("named.one")]
pub struct One {
    value: u64,
}

#[project]
impl One {
    fn value(&mut self, event: &Emit) {
        self.value += event.event;
    }
}

#[answer]
impl One {
    fn value_(&self, value: &Value) -> u64 {
        let Value = value;
        self.value
    }
}

/// A parameter that only the key names is used.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("named.keyed", key = String)]
pub struct OnlyInKeys(u64);

#[project]
impl OnlyInKeys {
    #[key(event.event.to_string(), at.stream.to_string())]
    fn seen(&mut self, event: &Emit, at: &Recorded) {
        self.0 += 1;
    }
}

/// Types whose names are those of the type parameters that expansions have.
mod type_parameters {
    use cqrs_core::aggregate::Provide;
    use cqrs_core::prelude::*;

    #[derive(Id)]
    pub struct H(S);

    #[derive(Id)]
    pub struct S(D);

    #[derive(Id)]
    pub struct D(String);

    pub struct R(pub u64);

    #[commands("letter", h: H)]
    pub enum C {
        E,
    }

    #[events("letter")]
    pub enum X {
        #[cfg(test)]
        Conditional0,
        F {
            a: u64,
        },
    }

    #[derive(Aggregate, Default)]
    #[aggregate("letter", id = H)]
    pub struct A;

    #[handle]
    impl A {
        fn e(&self, _: &E, r: &R) -> F {
            F { a: r.0 }
        }
    }

    #[apply]
    impl A {
        fn f(&mut self, _: &F) {}
        fn conditional(&mut self, _: &Conditional0) {}
    }

    #[derive(Projection, Default, Serialize, Deserialize)]
    #[projection("letters")]
    pub struct P(u64);

    #[project]
    impl P {
        fn f(&mut self, event: &F) {
            self.0 += event.a;
        }
    }

    #[derive(Query)]
    #[query("letters")]
    pub struct Q;

    #[answer]
    impl P {
        fn q(&self, _: &Q, r: &R) -> u64 {
            self.0 + r.0
        }
    }

    impl Provide<Self> for R {
        fn provide(&self) -> &Self {
            self
        }
    }

    impl cqrs_core::aggregate::Resources for R {}
}

#[tokio::test]
async fn a_domain_runs() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    bus.dispatch(Handle { by: 1, command: 5 }).await.unwrap();
    bus.dispatch(Default { by: 1 }).await.unwrap();
    bus.dispatch(Handle { by: 1, command: 6 }).await.unwrap();
    let receipt = bus.dispatch(R { by: 1 }).await.unwrap();
    for (source, keys) in [
        (1, Some(5)),
        (2, Some(14)),
        (3, Some(6)),
        (5, Some(5)),
        (6, Some(6)),
        (71, Some(41)),
        (90, Some(5)),
        (105, Some(6)),
        (4, None),
    ] {
        let answer = bus.query(Answer { source }).after(&receipt).await.unwrap();
        assert_eq!(answer, keys, "{source}");
    }
    assert_eq!(bus.query(Value).after(&receipt).await.unwrap(), 11);
    assert!(matches!(NamedLog::from(A), NamedLog::A(A)));
}

#[tokio::test]
async fn a_domain_of_letters_runs() {
    use type_parameters::{D, E, H, Q, R, S};

    let opened = Bus::builder(Memory::new()).resources(R(3)).open().await;
    let bus = opened.unwrap();
    let h = H::from(S::from(D::from("x")));
    let receipt = bus.dispatch(E { h }).await.unwrap();
    assert_eq!(bus.query(Q).after(&receipt).await.unwrap(), 3 + R(3).0);
}
