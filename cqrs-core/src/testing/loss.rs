use super::table::{Table, indented, lines};
use crate::log::{Data, Loss, pretty};
use std::fmt;

/// Says what becomes of what is kept in the `kept_in`, where it is lossy, after its name and a comma or a space.
pub(super) fn told(loss: &Loss, kept_in: &'static str, what: &'static str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        match loss {
            Loss::Unwritable(error) => {
                return write!(f, "cannot be written: {error}");
            }
            Loss::Unreadable { encoded, source } => {
                writeln!(f, "does not come back from the {kept_in}: {source}\n")?;
                f.write_str(&indented(&json(encoded)))?;
            }
            Loss::Changed { encoded, again } => {
                writeln!(f, "does not come back from the {kept_in} as it was\n")?;
                let mut table = Table::new("encoded", "decoded and encoded again");
                table.block(json(encoded), json(again));
                write!(f, "{table}")?;
            }
        }
        write!(
            f,
            "\nwhat {what} says must survive `Serialize` and `Deserialize`; if the loss is meant, say `.without_round_trip()`"
        )
    })
}

/// The lines of what is encoded.
pub(super) fn json(data: &Data) -> Vec<String> {
    lines(&pretty(data.as_bytes().unwrap_or_default()))
}
