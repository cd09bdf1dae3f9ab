//! `#[handle]`: of an aggregate, with what it may take, and of a service.
use super::*;
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Account {
    pub fn open(&self, command: &OpenAccount) -> Result<Opened, AccountError> {
        ensure!(! self.open, AccountError::AlreadyOpen);
        let owner = command.owner.clone();
        Ok(Opened { owner })
    }
    pub async fn deposit(&self, command: &Deposit, limit: &Limit) -> Option<Deposited> {
        tokio::task::yield_now().await;
        let (amount, branch) = (command.amount, command.branch);
        (amount <= limit.0).then_some(Deposited { amount, branch })
    }
    pub fn withdraw(&self, command: &Withdraw) -> (Withdrawn, Noted) {
        let amount = command.amount;
        (Withdrawn { amount }, Noted)
    }
    pub fn note(&self, _: &Note, context: &Context) -> Vec<Noted> {
        context.actor().iter().map(|_| Noted).collect()
    }
}
/// Routes `OpenAccount` to `Account`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R>
for OpenAccount {
    type By = Account;
    type Output = Result<Opened, AccountError>;
    fn handle(
        &self,
        by: &Account,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.open(self))
    }
}
/// Routes `Deposit` to `Account`.
#[automatically_derived]
impl<
    R: ::cqrs_core::__private::Resources + ::cqrs_core::__private::Provide<Limit>,
> ::cqrs_core::__private::Handled<R> for Deposit {
    type By = Account;
    type Output = Option<Deposited>;
    fn handle(
        &self,
        by: &Account,
        _: &::cqrs_core::__private::Context,
        resources: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        by.deposit(self, ::cqrs_core::__private::Provide::<Limit>::provide(resources))
    }
}
/// Routes `Withdraw` to `Account`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R>
for Withdraw {
    type By = Account;
    type Output = (Withdrawn, Noted);
    fn handle(
        &self,
        by: &Account,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.withdraw(self))
    }
}
/// Routes `Note` to `Account`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R> for Note {
    type By = Account;
    type Output = Vec<Noted>;
    const TAKES_CONTEXT: ::core::primitive::bool = true;
    fn handle(
        &self,
        by: &Account,
        context: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.note(self, context))
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::command:: < OpenAccount >
    (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
    ::cqrs_core::__private::Called:: < OpenAccount > ::of().call(call)),
    ::cqrs_core::__private::Registration::command:: < Deposit >
    (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
    ::cqrs_core::__private::Called:: < Deposit > ::of().call(call)).needing(&
    [::cqrs_core::__private::Need::of:: < Limit > ()]),
    ::cqrs_core::__private::Registration::command:: < Withdraw >
    (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
    ::cqrs_core::__private::Called:: < Withdraw > ::of().call(call)),
    ::cqrs_core::__private::Registration::command:: < Note >
    (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
    ::cqrs_core::__private::Called:: < Note > ::of().call(call))])
}
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Rates {
    pub fn set(&self, command: &SetRate) -> u64 {
        self.percent.swap(command.percent, Ordering::Relaxed)
    }
    pub fn forget(&self, _: &Forget) {
        self.percent.store(0, Ordering::Relaxed);
    }
}
/// Routes `SetRate` to `Rates`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R>
for SetRate {
    type By = Rates;
    type Output = u64;
    fn handle(
        &self,
        by: &Rates,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.set(self))
    }
}
/// Routes `Forget` to `Rates`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R>
for Forget {
    type By = Rates;
    type Output = ();
    fn handle(
        &self,
        by: &Rates,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.forget(self))
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::command:: < SetRate >
    (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
    ::cqrs_core::__private::Called:: < SetRate > ::of().call(call)),
    ::cqrs_core::__private::Registration::command:: < Forget >
    (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
    ::cqrs_core::__private::Called:: < Forget > ::of().call(call))])
}
