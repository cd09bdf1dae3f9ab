use std::fmt;
use std::iter::repeat_n;

/// The widest left column that has a right column beside it.
const WIDEST: usize = 64;

/// Two columns of lines, of which the first line that differs is marked.
pub(super) struct Table {
    titles: [&'static str; 2],
    rows: Vec<[String; 2]>,
    marked: Option<usize>,
}

impl Table {
    pub(super) fn new(left: &'static str, right: &'static str) -> Self {
        Self {
            titles: [left, right],
            rows: Vec::new(),
            marked: None,
        }
    }

    /// Two blocks of lines that belong beside each other.
    pub(super) fn block(&mut self, left: Vec<String>, right: Vec<String>) {
        let length = left.len().max(right.len());
        let filled = |lines: Vec<String>| {
            let missing = length - lines.len();
            lines.into_iter().chain(repeat_n(String::new(), missing))
        };
        for (left, right) in filled(left).zip(filled(right)) {
            if self.marked.is_none() && left != right {
                self.marked = Some(self.rows.len());
            }
            self.rows.push([left, right]);
        }
    }

    fn mark(&self, row: usize) -> &'static str {
        if self.marked == Some(row) {
            "  > "
        } else {
            "    "
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [left, right] = self.titles;
        let rows = || self.rows.iter().enumerate();
        let width = rows()
            .map(|(_, [left, _])| left.chars().count())
            .chain([left.len()])
            .max()
            .unwrap_or_default();
        if width <= WIDEST {
            writeln!(f, "    {left:width$}    {right}")?;
            for (at, [left, right]) in rows() {
                let row = format!("{}{left:width$}    {right}", self.mark(at));
                writeln!(f, "{}", row.trim_end())?;
            }
            return Ok(());
        }
        for (side, title) in self.titles.iter().enumerate() {
            writeln!(f, "    {title}:")?;
            for (at, row) in rows().filter(|(_, row)| !row[side].is_empty()) {
                writeln!(f, "{}{}", self.mark(at), row[side])?;
            }
        }
        Ok(())
    }
}

/// Lines that stand alone, where a table would.
pub(super) fn indented(lines: &[String]) -> String {
    lines.iter().flat_map(|line| ["    ", line, "\n"]).collect()
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_side_by_side_and_the_first_line_that_differs_is_marked() {
        let mut table = Table::new("expected", "got");
        table.block(lines("same\none\nmore"), lines("same\ntwo"));
        table.block(lines("a"), lines("b"));
        let text = "
    expected    got
    same        same
  > one         two
    more
    a           b
";
        assert_eq!(format!("\n{table}"), text);
    }

    #[test]
    fn long_lines_stand_one_column_below_the_other() {
        let long = "x".repeat(WIDEST + 1);
        let mut table = Table::new("expected", "got");
        table.block(vec!["{".into(), long.clone()], vec!["{".into()]);
        let text = format!(
            "    expected:
    {{
  > {long}
    got:
    {{
"
        );
        assert_eq!(table.to_string(), text);
    }
}
