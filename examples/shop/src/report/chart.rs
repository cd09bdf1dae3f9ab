use crate::money::Money;
use std::iter;

/// What a month brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRevenue {
    /// The month, as `1997-01`.
    pub month: String,
    /// What was sold in it.
    pub revenue: Money,
}

/// A cell that is filled by so many eighths, from the left.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A cell that is filled.
const FULL: &str = "█";

/// The shortest bar that the best month has.
const SHORTEST: usize = 8;

/// The months as bars, one a line in the order given, `width` columns wide; the best month has the longest bar.
pub fn chart(months: &[MonthRevenue], width: usize) -> String {
    let amounts: Vec<String> = months
        .iter()
        .map(|month| month.revenue.to_string())
        .collect();
    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts.map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let label = widest(&mut months.iter().map(|month| &month.month));
    let amount = widest(&mut amounts.iter());
    let room = width.saturating_sub(label + amount + 2).max(SHORTEST);
    let best = months
        .iter()
        .map(|month| month.revenue)
        .max()
        .unwrap_or_default();

    iter::zip(months, &amounts)
        .map(|(month, text)| {
            let bar = bar(month.revenue, best, room);
            format!("{:<label$} {bar:<room$} {text:>amount$}\n", month.month)
        })
        .collect::<Vec<_>>()
        .concat()
}

/// A bar that is to `room` cells as `part` is to `whole`; whatever is above zero can be seen.
fn bar(part: Money, whole: Money, room: usize) -> String {
    if part <= Money::ZERO {
        return String::new();
    }
    // Both are above zero and below 2^63, so their ratio times the eighths of a line fits.
    let scale = i128::try_from(room * 8).unwrap_or(i128::MAX);
    let eighths = (part.cents() * scale / whole.cents()).max(1);
    let eighths = usize::try_from(eighths).unwrap_or(room * 8);
    FULL.repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months<const N: usize>(cents: [i64; N]) -> Vec<MonthRevenue> {
        iter::zip(1.., cents)
            .map(|(month, cents)| MonthRevenue {
                month: format!("1997-{month:02}"),
                revenue: Money::from_cents(cents),
            })
            .collect()
    }

    #[test]
    fn bars_are_to_scale() {
        assert_eq!(
            chart(&months([100_000, 50_000, 6_250, 1, 0]), 32),
            "1997-01 ████████████████ 1000.00\n\
             1997-02 ████████          500.00\n\
             1997-03 █                  62.50\n\
             1997-04 ▏                   0.01\n\
             1997-05                     0.00\n"
        );
        assert_eq!(bar(Money::from_cents(13), Money::from_cents(16), 2), "█▋");
    }

    #[test]
    fn every_line_has_the_width() {
        for width in [40, 80, 200] {
            let text = chart(&months([1, 22, 333, 4_444, 55_555, 666_666, -5]), width);
            assert!(
                text.lines().all(|line| line.chars().count() == width),
                "{text}"
            );
        }
    }

    #[test]
    fn extremes_are_drawn() {
        assert_eq!(chart(&[], 80), "");
        assert_eq!(chart(&months([0, -1]), 0).lines().count(), 2);
        assert!(chart(&months([i64::MAX, 1, i64::MIN]), 80).contains(FULL));
        assert_eq!(chart(&months([5]), 0), "1997-01 ████████ 0.05\n");
    }
}
