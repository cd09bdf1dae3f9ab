use super::law::Breach;
use proptest::strategy::{BoxedStrategy, Strategy, Union};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::cell::RefCell;
use std::fmt::Debug;

/// Any of the values of these strategies; `None` without any.
pub(super) fn any_of<T: Debug + 'static>(
    strategies: &[BoxedStrategy<T>],
) -> Option<BoxedStrategy<T>> {
    (!strategies.is_empty()).then(|| Union::new(strategies.to_vec()).boxed())
}

/// Looks for a value under which `hold` does not, and for the simplest such one.
///
/// # Panics
/// Where there is one: then `whose` code breaks a law.
#[track_caller]
pub(super) fn search<S: Strategy>(
    whose: &str,
    cases: Option<u32>,
    strategy: &S,
    hold: impl Fn(S::Value) -> Result<(), Breach>,
) {
    let mut config = Config {
        // there is no telling in which file the test stands
        failure_persistence: None,
        ..Config::default()
    };
    if let Some(cases) = cases {
        config.cases = cases;
    }
    let simplest: RefCell<Option<Breach>> = RefCell::default();
    let result = TestRunner::new(config).run(strategy, |value| {
        let Err(breach) = hold(value) else {
            return Ok(());
        };
        let mut simplest = simplest.borrow_mut();
        if simplest.as_ref().is_some_and(|it| it.law != breach.law) {
            return Ok(()); // what is sought is a simpler way to the first that was found
        }
        *simplest = Some(breach);
        Err(TestCaseError::fail("it breaks a law"))
    });
    match (result, simplest.into_inner()) {
        (Ok(()), _) => {}
        (Err(_), Some(breach)) => panic!("`{whose}` breaks a law: {breach}"),
        (Err(TestError::Abort(reason) | TestError::Fail(reason, _)), None) => {
            panic!("`{whose}`: the laws could not be tried: {reason}")
        }
    }
}
