use super::TopCustomer;

/// What is said when bad lines were passed over.
///
/// ```
/// assert_eq!(shop::report::skipped(2), "bad lines skipped: 2");
/// ```
pub fn skipped(lines: usize) -> String {
    format!("bad lines skipped: {lines}")
}

/// What is said when purchases had been recorded by an import before.
///
/// ```
/// assert_eq!(shop::report::already(2), "purchases that were recorded before: 2");
/// ```
pub fn already(purchases: usize) -> String {
    format!("purchases that were recorded before: {purchases}")
}

/// What is said when a bad line stopped the import after so many purchases.
///
/// ```
/// assert!(shop::report::stopped(2).starts_with("import stopped; purchases recorded: 2, all before this line;"));
/// ```
pub fn stopped(recorded: usize) -> String {
    format!(
        "import stopped; purchases recorded: {recorded}, all before this line; \
         mend the line, or pass --skip-bad-lines to leave out all such lines"
    )
}

/// The customers who spent most so far, in one line.
///
/// ```
/// use shop::report::{TopCustomer, leaders};
///
/// let spent = "63.34".parse()?;
/// let ada = TopCustomer { customer: "00021".into(), orders: 1, items: 3, spent };
/// let bob = TopCustomer { customer: "00022".into(), ..ada.clone() };
/// assert_eq!(leaders(&[ada, bob]), "top customers: 00021 63.34, 00022 63.34");
/// # Ok::<(), shop::money::MoneyError>(())
/// ```
pub fn leaders(top: &[TopCustomer]) -> String {
    let each: Vec<String> = top
        .iter()
        .map(|customer| format!("{} {}", customer.customer, customer.spent))
        .collect();
    format!("top customers: {}", each.join(", "))
}
