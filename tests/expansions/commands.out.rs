//! `#[commands]`.
use super::*;
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, Eq)]
#[allow(
    dead_code,
    clippy::enum_variant_names,
    reason = "a vocabulary stands, whoever uses it whole, and its words are names of structs"
)]
pub enum AccountCommand {
    /// Opens it.
    OpenAccount(OpenAccount),
    /// The command `account.pay_in`.
    Deposit(Deposit),
    /// The command `account.note`.
    Note(Note),
}
#[automatically_derived]
impl ::core::convert::From<OpenAccount> for AccountCommand {
    fn from(message: OpenAccount) -> Self {
        Self::OpenAccount(message)
    }
}
#[automatically_derived]
impl ::core::convert::From<Deposit> for AccountCommand {
    fn from(message: Deposit) -> Self {
        Self::Deposit(message)
    }
}
#[automatically_derived]
impl ::core::convert::From<Note> for AccountCommand {
    fn from(message: Note) -> Self {
        Self::Note(message)
    }
}
/// Opens it.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
    Eq
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct OpenAccount {
    /// The instance that the command is for.
    pub account: AccountId,
    /// The `owner`.
    pub owner: String,
}
#[automatically_derived]
impl ::cqrs_core::__private::Command for OpenAccount {
    const NAME: &'static ::core::primitive::str = "account.open_account";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        OpenAccount,
    >();
}
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for OpenAccount {
    type Id = AccountId;
    fn id(&self) -> &Self::Id {
        &self.account
    }
}
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<OpenAccount>();
    ::cqrs_core::__private::assert::Id::<OpenAccount>::of().is::<AccountId>();
};
/// The command `account.pay_in`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
    Eq
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct Deposit {
    /// The instance that the command is for.
    pub account: AccountId,
    /// The `amount`.
    pub amount: u64,
    /// The `branch`.
    pub branch: BranchId,
}
#[automatically_derived]
impl ::cqrs_core::__private::Command for Deposit {
    const NAME: &'static ::core::primitive::str = "account.pay_in";
    const VERSION: ::core::primitive::u32 = 2;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Deposit,
    >();
}
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for Deposit {
    type Id = AccountId;
    fn id(&self) -> &Self::Id {
        &self.account
    }
}
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<Deposit>();
    ::cqrs_core::__private::assert::Id::<Deposit>::of().is::<AccountId>();
};
/// The command `account.note`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
    Eq
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct Note {
    /// The instance that the command is for.
    pub account: AccountId,
}
#[automatically_derived]
impl ::cqrs_core::__private::Command for Note {
    const NAME: &'static ::core::primitive::str = "account.note";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Note,
    >();
}
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for Note {
    type Id = AccountId;
    fn id(&self) -> &Self::Id {
        &self.account
    }
}
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<Note>();
    ::cqrs_core::__private::assert::Id::<Note>::of().is::<AccountId>();
};
const _: () = {
    #[allow(unused_imports)]
    use ::cqrs_core::__private::vocabulary::Unowned as _;
    ::cqrs_core::__private::vocabulary::is_of(
        "commands",
        "account",
        ::core::option::Option::None,
        &[
            ::cqrs_core::__private::vocabulary::CommandOf::<OpenAccount>::AGGREGATE,
            ::cqrs_core::__private::vocabulary::CommandOf::<Note>::AGGREGATE,
        ],
    )
};
