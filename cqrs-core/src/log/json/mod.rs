//! JSON that can be read again: what `serde_json` writes, but for what it would write as something
//! else or could not read.

mod canonical;
mod finite;
mod pretty;

pub(crate) use canonical::{canonical, unordered};
pub(crate) use pretty::pretty;

use finite::Finite;
use serde::Serialize;
use serde_json::error::Error;
use serde_json::ser::{Formatter, Serializer};
use std::io;

/// How deep values may be nested: the reader of `serde_json` goes no deeper.
const MAX_DEPTH: u32 = 127;

/// Writes `value` to the end of `buffer`.
///
/// `serde_json` writes a float that is not finite as `null`, which is read as something else or
/// not at all. A `null` that it writes says nothing about where it came from, so a value that led
/// to one is looked through again; all others cost no more than before.
pub(super) fn write<T: Serialize>(buffer: &mut Vec<u8>, value: &T) -> Result<(), Error> {
    let mut shape = Shape::default();
    value.serialize(&mut Serializer::with_formatter(buffer, &mut shape))?;
    if shape.nulls {
        value.serialize(Finite)?;
    }
    Ok(())
}

/// The compact form, and what it came to.
#[derive(Default)]
struct Shape {
    depth: u32,
    nulls: bool,
}

impl Shape {
    fn enter(&mut self) -> io::Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(io::Error::other(format!(
                "it is nested more than {MAX_DEPTH} levels deep, and could not be read again"
            )));
        }
        Ok(())
    }
}

impl Formatter for &mut Shape {
    fn write_null<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.nulls = true;
        writer.write_all(b"null")
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.enter()?;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        writer.write_all(b"]")
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.enter()?;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        writer.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn written<T: Serialize>(value: &T) -> Result<String, String> {
        let mut buffer = Vec::new();
        write(&mut buffer, value).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(buffer).unwrap())
    }

    #[derive(Serialize)]
    struct Rate(f64);

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(Rate),
        Tuple(Option<f32>, u8),
        Struct { rate: f64 },
    }

    #[test]
    fn it_writes_what_serde_json_writes() {
        let values = json!({
            "a": [1, -2, 1.5, 1e300, null, true, [], {}],
            "b\u{0}\"\u{1f980}": { "c": { "d": "\n" } },
        });
        assert_eq!(
            written(&values).unwrap(),
            serde_json::to_string(&values).unwrap()
        );
        let shapes = [
            Shape::Unit,
            Shape::Newtype(Rate(1.5)),
            Shape::Tuple(None, 1),
            Shape::Struct { rate: -0.0 },
        ];
        assert_eq!(
            written(&shapes).unwrap(),
            r#"["Unit",{"Newtype":1.5},{"Tuple":[null,1]},{"Struct":{"rate":-0.0}}]"#
        );
        let by_number = BTreeMap::from([(i128::MAX, u128::MAX)]);
        assert_eq!(
            written(&by_number).unwrap(),
            serde_json::to_string(&by_number).unwrap()
        );
    }

    #[test]
    fn a_float_that_is_not_finite_is_refused_wherever_it_stands() {
        let refused = "`rate`: NaN is no number that JSON can hold";
        assert_eq!(
            written(&Shape::Struct { rate: f64::NAN }).unwrap_err(),
            refused
        );
        for infinite in [f64::INFINITY, f64::NEG_INFINITY] {
            assert!(written(&Some(infinite)).is_err());
            assert!(written(&Rate(infinite)).is_err());
            assert!(written(&Shape::Newtype(Rate(infinite))).is_err());
            assert!(written(&[0.0, infinite]).is_err());
            assert!(written(&(1, infinite)).is_err());
            assert!(written(&BTreeMap::from([("a", vec![infinite])])).is_err());
        }
        assert!(written(&Shape::Tuple(Some(f32::NAN), 0)).is_err());
        assert_eq!(
            written(&[Some(1.0), None::<f64>]).unwrap(),
            "[1.0,null]",
            "a null of the user's stays"
        );
    }

    #[test]
    fn what_is_written_can_be_read_whatever_its_depth() {
        let nested = |levels: u32| (0..levels).fold(Value::Null, |inner, _| json!([inner]));
        let deepest = written(&nested(MAX_DEPTH)).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&deepest).unwrap(),
            nested(MAX_DEPTH)
        );
        let error = written(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert!(error.contains("127 levels"), "{error}");
        let side_by_side: Vec<Value> = (0..1_000).map(|_| nested(100)).collect();
        assert!(written(&side_by_side).is_ok());
        let objects: Vec<Value> = (0..1_000).map(|n| json!({ "n": n })).collect();
        assert!(written(&objects).is_ok());
    }
}
