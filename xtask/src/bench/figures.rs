//! Figures as they are printed.

use shared::median;

/// Whether a figure is as it should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
}

impl Goal {
    fn is_reached(self, value: f64) -> bool {
        match self {
            Goal::AtLeast(bar) => value >= bar,
            Goal::AtMost(bar) => value <= bar,
        }
    }

    fn words(self) -> String {
        match self {
            Goal::AtLeast(bar) => format!("at least {bar}"),
            Goal::AtMost(bar) => format!("at most {bar}"),
        }
    }
}

/// The median, with the lowest and the highest.
pub fn spread(values: &[f64]) -> String {
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let number = |value: f64| if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.3}") };
    let middle = median(values).unwrap_or_default();
    format!("{} ({} to {})", number(middle), number(lowest), number(highest))
}

/// A line with a figure, and whether its median is as it should be.
pub fn line(name: &str, values: &[f64], goal: Option<Goal>) -> String {
    if values.is_empty() {
        return format!("  {name:<48} not available");
    }
    let verdict = goal.map(|goal| {
        let reached = goal.is_reached(median(values).unwrap_or_default());
        format!("  {}: {}", goal.words(), if reached { "reached" } else { "NOT reached" })
    });
    format!("  {name:<48} {}{}", spread(values), verdict.unwrap_or_default())
}

/// The ratio of two figures in each round; nothing where one of them is not available.
pub fn ratios(of: &[f64], by: &[f64]) -> Vec<f64> {
    of.iter().zip(by).map(|(of, by)| of / by).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_whether_it_is_as_it_should_be() {
        for (values, goal, said) in [
            (vec![1.0, 3.0, 2.0], Some(Goal::AtLeast(2.0)), "2.000 (1.000 to 3.000)  at least 2: reached"),
            (vec![1.99], Some(Goal::AtLeast(2.0)), "at least 2: NOT reached"),
            (vec![1.2], Some(Goal::AtMost(1.05)), "at most 1.05: NOT reached"),
            (vec![1_234_567.0], None, "1234567 (1234567 to 1234567)"),
            (vec![], Some(Goal::AtLeast(2.0)), "not available"),
        ] {
            let line = line("it", &values, goal);
            assert!(line.ends_with(said), "{line}");
        }
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        assert_eq!(ratios(&[4.0, 9.0], &[2.0, 3.0]), [2.0, 3.0]);
        assert!(ratios(&[4.0], &[]).is_empty());
    }
}
