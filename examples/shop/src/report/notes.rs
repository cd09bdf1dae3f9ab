/// What is said when bad lines were passed over.
///
/// ```
/// assert_eq!(shop::report::skipped(2), "bad lines skipped: 2");
/// ```
pub fn skipped(lines: usize) -> String {
    format!("bad lines skipped: {lines}")
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
