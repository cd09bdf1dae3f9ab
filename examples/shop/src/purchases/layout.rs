use super::fields::{fields, is_digits};

/// The header of the full log.
const HEADER: [&str; 4] = ["customer_id", "date", "number_of_cds", "dollar_value"];

/// How the lines of a log are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The sample: customer, number in the sample, date, CDs, dollars.
    Sample,
    /// The full log: customer, date, CDs, dollars, usually under a header.
    Full,
}

impl Layout {
    /// The layout that a line of purchases shows by the place of its date, if it shows one.
    pub(super) fn of(line: &str) -> Option<Self> {
        let is_date = |text: &str| text.len() == 8 && is_digits(text);
        let mut after_customer = fields(line).skip(1).take(2);
        match after_customer.position(|field| is_date(field.text)) {
            Some(0) => Some(Self::Full),
            Some(_) => Some(Self::Sample),
            None => None,
        }
    }
}

/// Whether a line is the header of the full log.
pub(super) fn is_header(line: &str) -> bool {
    fields(line)
        .map(|field| field.text.to_ascii_lowercase())
        .eq(HEADER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_the_date_tells() {
        let of = Layout::of;
        assert_eq!(
            of(" 00004 0001 19970101  2   29.33\r"),
            Some(Layout::Sample)
        );
        assert_eq!(of(" 00004 0001 19970101"), Some(Layout::Sample));
        assert_eq!(of(" 00001 19970101  1   11.77"), Some(Layout::Full));
        assert_eq!(of(" 00004 0001 1997"), None);
        assert_eq!(of("dear customer"), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn the_header_is_known() {
        assert!(is_header(
            " customer_id  date number_of_cds  dollar_value\r"
        ));
        assert!(!is_header("customer_id date number_of_cds"));
        assert!(!is_header(
            "customer_id date number_of_cds dollar_value note"
        ));
        assert!(!is_header(""));
    }
}
