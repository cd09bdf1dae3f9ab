//! JSON as people read it.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The text with a line for each field and element, its objects sorted by key: the order of keys
/// carries no meaning, and a `HashMap` has none. Numbers and texts stand as they were written.
///
/// What is not JSON stays as it is.
pub(crate) fn pretty(json: &[u8]) -> String {
    let mut pretty = String::new();
    match serde_json::from_slice::<&RawValue>(json) {
        Ok(value) => write(&mut pretty, value, 0),
        Err(_) => pretty.push_str(&String::from_utf8_lossy(json)),
    }
    pretty
}

fn write(pretty: &mut String, value: &RawValue, depth: usize) {
    let text = value.get();
    if let Some('{') = text.chars().next()
        && let Ok(fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text)
    {
        enclose(pretty, ['{', '}'], depth, fields, |pretty, (key, value)| {
            pretty.push_str(&serde_json::Value::from(key).to_string());
            pretty.push_str(": ");
            write(pretty, value, depth + 1);
        });
    } else if let Some('[') = text.chars().next()
        && let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text)
    {
        enclose(pretty, ['[', ']'], depth, elements, |pretty, value| {
            write(pretty, value, depth + 1);
        });
    } else {
        pretty.push_str(text);
    }
}

fn enclose<T>(
    pretty: &mut String,
    [open, close]: [char; 2],
    depth: usize,
    parts: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    pretty.push(open);
    let mut first = true;
    for part in parts {
        if !first {
            pretty.push(',');
        }
        first = false;
        line(pretty, depth + 1);
        write(pretty, part);
    }
    if !first {
        line(pretty, depth);
    }
    pretty.push(close);
}

fn line(pretty: &mut String, depth: usize) {
    pretty.push('\n');
    pretty.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn each_field_and_element_has_its_line_and_keys_are_sorted() {
        assert_eq!(
            pretty(br#"{"b":[1.50,{"x":null},[]],"a":"{\"[","c":{}}"#),
            r#"{
  "a": "{\"[",
  "b": [
    1.50,
    {
      "x": null
    },
    []
  ],
  "c": {}
}"#
        );
    }

    #[test]
    fn numbers_keep_all_their_digits() {
        let large = "340282366920938463463374607431768211455";
        assert_eq!(pretty(large.as_bytes()), large);
    }

    #[test]
    fn what_is_not_json_stays_as_it_is() {
        assert_eq!(pretty(b"{oops"), "{oops");
    }
}
