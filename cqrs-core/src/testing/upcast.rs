use crate::log::DecodeError;
use crate::message::Event;
use crate::schema;

/// Reads `json` as what version `version` of the event wrote, through its [`#[upcast]`](macro@crate::upcast)
/// methods: what is on record is read the same way.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = u64)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// #[derive(Event, Debug, PartialEq, Serialize, Deserialize)]
/// #[event("account.deposited", version = 2)]
/// pub struct Deposited {
///     pub amount: u64,
///     pub note: Option<String>,
/// }
///
/// #[upcast]
/// impl Deposited {
///     #[from(1)] // it had no note, which reads as none
///     fn noted(old: Self) -> Self {
///         old
///     }
/// }
///
/// let old = cqrs_core::testing::upcast::<Deposited>(1, r#"{"amount":5}"#)?;
/// assert_eq!(old, Deposited { amount: 5, note: None });
/// # Ok::<(), cqrs_core::log::DecodeError>(())
/// ```
///
/// # Errors
/// When there is no such version, `json` is not what it wrote, or a method refuses it.
pub fn upcast<E: Event>(version: u32, json: &str) -> Result<E, DecodeError> {
    let event = schema::on_record(E::NAME, version, json);
    if version == E::VERSION {
        let read = E::STORED.read(json.as_bytes());
        return read.map_err(|source| event.malformed(std::any::type_name::<E>(), source));
    }
    E::read_older(&event)
}
