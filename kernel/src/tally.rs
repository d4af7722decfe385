//! A summary of each definition's values: their number, their bounds, and a few to draw.
//!
//! The Python reference is `metricparse/matching/tally.py`.

/// The values of one definition in some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// How many there are.
    pub count: usize,
    /// The row of the first.
    pub first: usize,
    /// The last.
    pub last: f64,
    /// The least and the greatest of the finite ones, if there are any.
    pub bounds: Option<(f64, f64)>,
    /// How many are not finite.
    pub not_finite: usize,
    /// Values evenly spread over all of them.
    pub series: Series,
}

/// The values at multiples of `stride`, which doubles when there are too many of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// How many values there have been, these included.
    pub seen: usize,
    /// The distance between those that are kept; a power of two.
    pub stride: usize,
    /// How many of the earlier values are kept at this stride.
    pub before: usize,
    /// Those that were added.
    pub added: Vec<f64>,
}

impl Series {
    /// Nothing added yet after `seen` values, of which every `stride`th is kept.
    pub fn after(seen: usize, stride: usize) -> Self {
        let stride = stride.max(1);
        Self { seen, stride, before: seen.div_ceil(stride), added: Vec::new() }
    }

    fn push(&mut self, value: f64, most: usize) {
        if self.seen & (self.stride - 1) == 0 {
            self.added.push(value);
        }
        self.seen += 1;
        while self.before + self.added.len() > most {
            let odd = self.before % 2;
            let mut place = odd;
            self.added.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.before = self.before.div_ceil(2);
            self.stride *= 2;
        }
    }
}

/// Tallies rows; `series` has one entry per definition, `most` is how many values each keeps.
///
/// Rows of other definitions are not counted.
pub fn tally(definitions: &[i32], values: &[f64], series: Vec<Series>, most: usize) -> Vec<Tally> {
    let empty =
        |series| Tally { count: 0, first: 0, last: 0.0, bounds: None, not_finite: 0, series };
    let mut tallies: Vec<_> = series.into_iter().map(empty).collect();
    for (row, (&definition, &value)) in definitions.iter().zip(values).enumerate() {
        let place = usize::try_from(definition).ok();
        let Some(tally) = place.and_then(|place| tallies.get_mut(place)) else { continue };
        if tally.count == 0 {
            tally.first = row;
        }
        tally.last = value;
        tally.count += 1;
        tally.series.push(value, most.max(1));
        if value.is_finite() {
            let (least, greatest) = tally.bounds.unwrap_or((value, value));
            tally.bounds = Some((least.min(value), greatest.max(value)));
        } else {
            tally.not_finite += 1;
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_by_definition() {
        let series = vec![Series::after(0, 1), Series::after(0, 1), Series::after(0, 1)];
        let tallies = tally(&[0, 1, 0, 0, 9], &[2.0, f64::NAN, -1.0, 5.0, 1.0], series, 2);
        assert_eq!((tallies[0].count, tallies[0].first, tallies[0].last), (3, 0, 5.0));
        assert_eq!((tallies[0].bounds, tallies[0].not_finite), (Some((-1.0, 5.0)), 0));
        assert_eq!((tallies[1].bounds, tallies[1].not_finite), (None, 1));
        assert_eq!(tallies[2].count, 0);
        assert_eq!((tallies[0].series.stride, &tallies[0].series.added), (2, &vec![2.0, 5.0]));
    }

    #[test]
    fn a_series_does_not_depend_on_how_values_come() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        for cut in 0..100 {
            let mut kept: Vec<f64> = Vec::new();
            let (mut seen, mut stride) = (0, 1);
            for part in [&values[..cut], &values[cut..]] {
                let definitions = vec![0; part.len()];
                let tallies = tally(&definitions, part, vec![Series::after(seen, stride)], 7);
                let series = &tallies[0].series;
                kept = kept.into_iter().step_by(series.stride / stride).collect();
                kept.extend(&series.added);
                (seen, stride) = (series.seen, series.stride);
            }
            let expected: Vec<_> = values.iter().copied().step_by(16).collect();
            assert_eq!(kept, expected);
        }
    }
}
