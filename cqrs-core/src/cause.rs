//! What caused an error that is not ours, in words.

use std::error::Error;

/// An error and what caused it, in one line. What a text tells already is not said again.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let told = cause.to_string();
        if !text.ends_with(&told) {
            text.push_str(": ");
            text.push_str(&told);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Outer {
        text: &'static str,
        source: std::io::Error,
    }

    #[test]
    fn each_cause_is_told_once() {
        let told = |text| {
            let source = std::io::Error::other("the line is cut");
            chain(&Outer { text, source })
        };
        assert_eq!(told("no answer"), "no answer: the line is cut");
        assert_eq!(
            told("no answer: the line is cut"),
            "no answer: the line is cut"
        );
    }
}
