//! One form for all that says the same.

/// The same JSON with the members of each object in the order of their names.
///
/// A `HashMap` is written in another order each time, and the fields of a struct may change
/// places, neither of which makes it another value. `json` is compact, as this crate writes it;
/// numbers and texts stay as they are.
pub(crate) fn canonical(json: &[u8]) -> Vec<u8> {
    let mut sorted = Vec::with_capacity(json.len());
    value(json, &mut sorted, Elements::Kept);
    sorted
}

/// The same JSON with the elements of each array in order too, as if all were sets.
pub(crate) fn unordered(json: &[u8]) -> Vec<u8> {
    let mut sorted = Vec::with_capacity(json.len());
    value(json, &mut sorted, Elements::Sorted);
    sorted
}

/// What becomes of the order of an array's elements.
#[derive(Clone, Copy)]
enum Elements {
    Kept,
    Sorted,
}

fn value(json: &[u8], sorted: &mut Vec<u8>, elements: Elements) {
    match json {
        [b'{', inner @ .., b'}'] => {
            let mut members: Vec<&[u8]> = parts(inner, b',').collect();
            members.sort_unstable();
            sorted.push(b'{');
            for (index, member) in members.into_iter().enumerate() {
                if index > 0 {
                    sorted.push(b',');
                }
                let name = parts(member, b':').next().unwrap_or_default();
                sorted.extend_from_slice(name);
                if let [b':', rest @ ..] = &member[name.len()..] {
                    sorted.push(b':');
                    value(rest, sorted, elements);
                }
            }
            sorted.push(b'}');
        }
        [b'[', inner @ .., b']'] => {
            sorted.push(b'[');
            let start = sorted.len();
            for (index, element) in parts(inner, b',').enumerate() {
                if index > 0 {
                    sorted.push(b',');
                }
                value(element, sorted, elements);
            }
            if let Elements::Sorted = elements {
                let inner = sorted.split_off(start);
                let mut inner: Vec<&[u8]> = parts(&inner, b',').collect();
                inner.sort_unstable();
                sorted.extend(inner.join(&b','));
            }
            sorted.push(b']');
        }
        text_or_number => sorted.extend_from_slice(text_or_number),
    }
}

/// The parts between the separators that stand in no text and in no brackets.
fn parts(json: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let ends = move |byte: &u8| {
        if escaped {
            escaped = false;
        } else if in_text {
            escaped = *byte == b'\\';
            in_text = *byte != b'"';
        } else {
            match *byte {
                b'"' => in_text = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                byte => return depth == 0 && byte == separator,
            }
        }
        false
    };
    let empty = json.is_empty();
    json.split(ends).filter(move |_| !empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn canonical_text(json: &str) -> String {
        String::from_utf8(canonical(json.as_bytes())).unwrap()
    }

    #[test]
    fn members_are_sorted_and_nothing_else_changes() {
        for (json, sorted) in [
            ("{}", "{}"),
            ("[]", "[]"),
            ("null", "null"),
            (r#""{b,a}""#, r#""{b,a}""#),
            (r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#),
            (
                r#"[{"b":{"d":[],"c":{}},"a":[2,1]}]"#,
                r#"[{"a":[2,1],"b":{"c":{},"d":[]}}]"#,
            ),
            (
                r#"{"b\"}":"],{\\","a:":-1.5e300}"#,
                r#"{"a:":-1.5e300,"b\"}":"],{\\"}"#,
            ),
            (
                r#"{"n":340282366920938463463374607431768211455}"#,
                r#"{"n":340282366920938463463374607431768211455}"#,
            ),
        ] {
            assert_eq!(canonical_text(json), sorted);
        }
    }

    #[test]
    fn elements_are_sorted_where_they_stand_for_a_set() {
        let sorted = unordered(br#"[[3,1],{"b":["y","x,a"],"a":[]},[1,2],[]]"#);
        assert_eq!(
            String::from_utf8(sorted).unwrap(),
            r#"[[1,2],[1,3],[],{"a":[],"b":["x,a","y"]}]"#
        );
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(".*", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_says_the_same(value in any_json()) {
            let json = value.to_string();
            let sorted = canonical_text(&json);
            prop_assert_eq!(serde_json::from_str::<Value>(&sorted).unwrap(), value);
            prop_assert_eq!(canonical_text(&sorted), sorted);
        }
    }
}
