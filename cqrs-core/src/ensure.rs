/// Returns the error from the handler unless the condition holds.
///
/// ```
/// use cqrs_core::ensure;
///
/// fn withdraw(balance: u64, amount: u64) -> Result<u64, &'static str> {
///     ensure!(balance >= amount, "insufficient funds");
///     Ok(balance - amount)
/// }
///
/// assert_eq!(withdraw(10, 20), Err("insufficient funds"));
/// ```
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $error:expr $(,)?) => {
        if !$condition {
            return ::core::result::Result::Err(::core::convert::Into::into($error));
        }
    };
}
