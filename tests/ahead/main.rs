//! Commands of one instance are decided before the last one is durable, and no answer leaves before all that it was
//! decided on is.

mod slow_store;

use cqrs_core::Version;
use cqrs_core::aggregate::EventSourced;
use cqrs_core::bus::Routed;
use cqrs_core::prelude::*;
use slow_store::Slow;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::task::JoinHandle;

#[commands("account", account: String)]
enum AccountCommand {
    Deposit { amount: u64 },
    Withdraw { amount: u64 },
    Look,
    Break,
}

#[events("account")]
enum AccountEvent {
    Deposited { amount: u64 },
    Withdrawn { amount: u64, left: u64 },
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("there is no more than {0}")]
struct Insufficient(u64);

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
struct Account {
    balance: u64,
}

#[handle]
impl Account {
    fn deposit(&self, command: &Deposit) -> Deposited {
        let amount = command.amount;
        Deposited { amount }
    }
    fn withdraw(&self, command: &Withdraw) -> Result<Withdrawn, Insufficient> {
        let amount = command.amount;
        let left = self.balance.checked_sub(amount);
        let left = left.ok_or(Insufficient(self.balance))?;
        Ok(Withdrawn { amount, left })
    }
    fn look(&self, _: &Look) -> Option<Deposited> {
        None
    }
    fn break_it(&self, _: &Break) -> Deposited {
        assert!(self.balance != 50, "fifty");
        Deposited { amount: 1 }
    }
}

#[apply]
impl Account {
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
    }
}

type Answer = Result<Receipt, DispatchError<Insufficient>>;

/// A bus on a slow store, and what is asked of it.
struct Bank {
    bus: Arc<Bus<Slow>>,
    store: Slow,
}

fn ada() -> String {
    "ada".to_owned()
}

impl Bank {
    /// With 50 on the account.
    async fn new() -> Self {
        let store = Slow::new();
        let bus = Arc::new(Bus::open(store.clone()).await.unwrap());
        let bank = Self { bus, store };
        let first = bank.deposit(50).await;
        bank.store.land().await;
        assert_eq!(first.await.unwrap().unwrap().version, Version::from(1));
        bank
    }

    /// Asks for a deposit, and lets that go as far as it comes; so do the others.
    async fn deposit(&self, amount: u64) -> JoinHandle<Answer> {
        self.asked(
            Deposit {
                account: ada(),
                amount,
            },
            None,
        )
        .await
    }

    async fn withdraw(&self, amount: u64) -> JoinHandle<Answer> {
        let bus = Arc::clone(&self.bus);
        let withdraw = Withdraw {
            account: ada(),
            amount,
        };
        let asked = tokio::spawn(async move { bus.dispatch(withdraw).await });
        self.store.settled().await;
        asked
    }

    async fn withdraw_as(&self, id: CommandId, amount: u64) -> JoinHandle<Answer> {
        let bus = Arc::clone(&self.bus);
        let account = ada();
        let withdraw = Withdraw { account, amount };
        let asked = tokio::spawn(async move { bus.dispatch(withdraw).id(id).await });
        self.store.settled().await;
        asked
    }

    async fn asked<C>(&self, command: C, id: Option<CommandId>) -> JoinHandle<Answer>
    where
        C: Routed<
                Slow,
                (),
                Result = Result<Receipt, DispatchError<Infallible>>,
                Kind = EventSourced,
            >,
    {
        let bus = Arc::clone(&self.bus);
        let asked = tokio::spawn(async move {
            let answer = match id {
                Some(id) => bus.dispatch(command).id(id).await,
                None => bus.dispatch(command).await,
            };
            answer.map_err(|error| error.map_rejection(|never| match never {}))
        });
        self.store.settled().await;
        asked
    }

    /// The amounts on record, withdrawals as negative.
    async fn story(&self) -> Vec<i64> {
        let history = self.bus.history::<Account>(&ada()).await.unwrap();
        let amounts = history
            .iter()
            .map(|event| match event.decode_any().unwrap() {
                AccountEvent::Deposited(Deposited { amount }) => amount.cast_signed(),
                AccountEvent::Withdrawn(Withdrawn { amount, .. }) => -amount.cast_signed(),
            });
        amounts.collect()
    }
}

async fn version(asked: JoinHandle<Answer>) -> u64 {
    asked.await.unwrap().unwrap().version.get()
}

#[tokio::test]
async fn the_next_command_is_decided_before_the_last_one_is_durable() {
    let bank = Bank::new().await;
    let deposit = bank.deposit(100).await;
    let withdraw = bank.withdraw(120).await; // 50 do not cover it, 150 do
    let again = bank.withdraw(30).await;
    assert_eq!(bank.store.settled().await, 3, "all three are under way");
    assert!(!deposit.is_finished());
    bank.store.land().await;
    assert_eq!(version(deposit).await, 2);
    assert!(!withdraw.is_finished(), "it is not durable yet");
    bank.store.land_all().await;
    assert_eq!(version(withdraw).await, 3);
    assert_eq!(version(again).await, 4);
    assert_eq!(bank.story().await, [50, 100, -120, -30]);
}

#[tokio::test]
async fn a_refusal_waits_until_what_it_was_decided_on_is_durable() {
    let bank = Bank::new().await;
    let withdraw = bank.withdraw(50).await;
    let refused = bank.withdraw(1).await;
    bank.store.settled().await;
    assert!(!refused.is_finished(), "it was decided on what may be lost");
    bank.store.land_all().await;
    assert_eq!(version(withdraw).await, 2);
    let refused = refused.await.unwrap().unwrap_err();
    assert_eq!(refused.rejection(), Some(&Insufficient(0)));
}

#[tokio::test]
async fn what_was_decided_on_a_commit_that_was_lost_is_decided_again() {
    let bank = Bank::new().await;
    let lost = bank.withdraw(50).await;
    let refused_at_first = bank.withdraw(20).await;
    let deposit = bank.deposit(5).await; // in flight, behind the one that is lost
    bank.store.lose();
    let unknown = lost.await.unwrap();
    assert!(
        matches!(unknown, Err(DispatchError::OutcomeUnknown { .. })),
        "{unknown:?}"
    );
    bank.store.land_all().await;
    deposit.await.unwrap().unwrap();
    refused_at_first.await.unwrap().unwrap();
    let mut story = bank.story().await;
    story.sort_unstable();
    assert_eq!(story, [-20, 5, 50]);
}

#[tokio::test]
async fn an_event_of_another_process_in_the_same_place_is_noticed() {
    let bank = Bank::new().await;
    let first = bank.deposit(100).await;
    let second = bank.withdraw(150).await;
    // as many events as the first has, so that the version alone tells nothing
    let beside = Bus::open(bank.store.beside()).await.unwrap();
    beside
        .dispatch(Deposit {
            account: ada(),
            amount: 7,
        })
        .await
        .unwrap();
    bank.store.land_all().await;
    assert_eq!(version(first).await, 3);
    assert_eq!(version(second).await, 4);
    assert_eq!(bank.story().await, [50, 7, 100, -150]);

    let first = bank.withdraw(7).await;
    let second = bank.withdraw(1).await; // refused on 0, and not on what the other leaves
    beside
        .dispatch(Deposit {
            account: ada(),
            amount: 9,
        })
        .await
        .unwrap();
    bank.store.land_all().await;
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    beside.close().await.unwrap();
}

#[tokio::test]
async fn whoever_stops_waiting_holds_nobody_up() {
    let bank = Bank::new().await;
    let abandoned = bank.withdraw(50).await;
    let refused = bank.withdraw(1).await;
    abandoned.abort();
    assert!(abandoned.await.is_err());
    bank.store.land_all().await; // the commit was on its way, and stays
    let refused = refused.await.unwrap().unwrap_err();
    assert_eq!(refused.rejection(), Some(&Insufficient(0)));
    assert_eq!(bank.story().await, [50, -50]);
    let deposit = bank.deposit(3).await;
    bank.store.land_all().await;
    assert_eq!(version(deposit).await, 3);
}

#[tokio::test]
async fn a_request_that_comes_twice_at_once_has_one_effect_and_one_receipt() {
    let bank = Bank::new().await;
    let id = CommandId::generate();
    let command = || Deposit {
        account: ada(),
        amount: 5,
    };
    let one = bank.asked(command(), Some(id)).await;
    let two = bank.asked(command(), Some(id)).await;
    let after = bank.deposit(1).await; // decided on both
    bank.store.land_all().await;
    let (one, two) = (one.await.unwrap().unwrap(), two.await.unwrap().unwrap());
    assert_eq!((one.version, one.repeated), (2.into(), false));
    assert_eq!(
        (two.version, two.position, two.repeated),
        (2.into(), one.position, true)
    );
    assert_eq!(version(after).await, 3);
    assert_eq!(bank.story().await, [50, 5, 1]);
}

#[tokio::test]
async fn a_request_that_would_be_refused_the_second_time_gets_its_receipt() {
    let bank = Bank::new().await;
    let id = CommandId::generate();
    let one = bank.withdraw_as(id, 50).await;
    let two = bank.withdraw_as(id, 50).await; // on nothing, if it were another request
    bank.store.land_all().await;
    let (one, two) = (one.await.unwrap().unwrap(), two.await.unwrap().unwrap());
    assert_eq!((one.repeated, two.repeated), (false, true));
    assert_eq!((two.version, two.position), (one.version, one.position));
    assert_eq!(bank.story().await, [50, -50]);
}

#[tokio::test]
async fn what_changes_nothing_waits_too() {
    let bank = Bank::new().await;
    let deposit = bank.deposit(5).await;
    let look = bank.asked(Look { account: ada() }, None).await;
    let named = bank
        .asked(Look { account: ada() }, Some(CommandId::generate()))
        .await;
    let expecting = {
        let bus = Arc::clone(&bank.bus);
        let command = Deposit {
            account: ada(),
            amount: 1,
        };
        tokio::spawn(async move { bus.dispatch(command).expect_version(1).await })
    };
    bank.store.settled().await;
    assert!(!look.is_finished() && !expecting.is_finished());
    bank.store.land_all().await;
    let deposit = deposit.await.unwrap().unwrap();
    let look = look.await.unwrap().unwrap();
    assert_eq!(
        (look.version, look.position),
        (deposit.version, deposit.position)
    );
    assert_eq!(version(named).await, 2);
    let wrong = expecting.await.unwrap().unwrap_err();
    assert!(
        matches!(wrong, DispatchError::WrongVersion { actual, .. } if actual == 2.into()),
        "{wrong:?}"
    );
}

#[tokio::test]
async fn a_panic_is_told_only_if_it_was_on_what_is_durable() {
    let bank = Bank::new().await;
    let withdraw = bank.withdraw(1).await;
    let deposit = bank.deposit(1).await;
    let breaks = bank.asked(Break { account: ada() }, None).await; // on 50, in flight
    bank.store.settled().await;
    assert!(!breaks.is_finished());
    bank.store.lose(); // so the account will hold 51
    assert!(withdraw.await.unwrap().is_err());
    bank.store.land_all().await;
    deposit.await.unwrap().unwrap();
    breaks.await.unwrap().unwrap();
    assert_eq!(bank.story().await.iter().sum::<i64>(), 52);
}

#[tokio::test]
async fn many_at_once_are_each_decided_once_where_nothing_is_lost() {
    let bank = Bank::new().await;
    let mut asked = Vec::new();
    for _ in 0..50 {
        asked.push(bank.withdraw(1).await);
    }
    let refused = bank.withdraw(1).await;
    assert_eq!(bank.store.settled().await, 50);
    bank.store.land_all().await;
    for (withdraw, expected) in asked.into_iter().zip(2..) {
        assert_eq!(version(withdraw).await, expected);
    }
    let refused = refused.await.unwrap().unwrap_err();
    assert_eq!(refused.rejection(), Some(&Insufficient(0)));
}
