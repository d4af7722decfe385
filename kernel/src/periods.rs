//! Values of series, gathered into periods.
//!
//! The Python reference is `metricparse/cloudwatch/periods.py`.

use std::collections::HashMap;

/// Stands for no time.
pub const NO_TIME: i64 = i64::MIN;
/// The greatest magnitude that the service accepts.
const GREATEST: f64 = f64::from_bits((1023 + 360) << 52);

/// The values of a series in one period, summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// The series, and the number of the period since 1970.
    pub series: i32,
    pub number: i64,
    pub count: i64,
    pub sum: f64,
    pub minimum: f64,
    pub maximum: f64,
}

impl Period {
    fn new(series: i32, number: i64) -> Self {
        let (minimum, maximum) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { series, number, count: 0, sum: 0.0, minimum, maximum }
    }

    fn add(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
    }
}

/// Gathers values, given with the series and the time of each, into periods of `width` nanoseconds.
///
/// The periods are in the order of their first value. Values without a time, and those that the
/// service does not accept, are left out.
pub fn gather(
    series: impl Iterator<Item = i32>,
    times: impl Iterator<Item = i64>,
    values: impl Iterator<Item = f64>,
    width: i64,
) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    let mut places: HashMap<(i32, i64), usize> = HashMap::new();
    // For each series the period of its last value, which is usually that of the next, too.
    let mut latest: Vec<usize> = Vec::new();
    for ((series, time), value) in series.zip(times).zip(values) {
        if time == NO_TIME || !is_taken(value) {
            continue;
        }
        let Ok(slot) = usize::try_from(series) else { continue };
        if slot >= latest.len() {
            latest.resize(slot + 1, usize::MAX);
        }
        let known = periods.get_mut(latest[slot]).filter(|period| {
            let start = period.number * width;
            series == period.series && time >= start && time - start < width
        });
        if let Some(period) = known {
            period.add(value);
            continue;
        }
        let number = time.div_euclid(width);
        let place = *places.entry((series, number)).or_insert_with(|| {
            periods.push(Period::new(series, number));
            periods.len() - 1
        });
        periods[place].add(value);
        latest[slot] = place;
    }
    periods
}

/// Whether the service accepts a value.
fn is_taken(value: f64) -> bool {
    value.abs() <= GREATEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(rows: &[(i32, i64, f64)], width: i64) -> Vec<Period> {
        let rows = rows.iter().copied();
        gather(
            rows.clone().map(|row| row.0),
            rows.clone().map(|row| row.1),
            rows.map(|row| row.2),
            width,
        )
    }

    #[test]
    fn values_are_gathered_by_series_and_period() {
        let rows =
            [(0, 5, 1.0), (1, 5, 9.0), (0, 9, 3.0), (0, 10, 2.0), (0, 6, -1.0), (0, -1, 4.0)];
        let told: Vec<_> = gathered(&rows, 10)
            .into_iter()
            .map(|each| {
                (each.series, each.number, each.count, each.sum, each.minimum, each.maximum)
            })
            .collect();
        assert_eq!(
            told,
            [
                (0, 0, 3, 3.0, -1.0, 3.0),
                (1, 0, 1, 9.0, 9.0, 9.0),
                (0, 1, 1, 2.0, 2.0, 2.0),
                (0, -1, 1, 4.0, 4.0, 4.0)
            ]
        );
    }

    #[test]
    fn what_the_service_does_not_take_is_left_out() {
        let most = 2_f64.powi(360);
        let rows = [
            (0, NO_TIME, 1.0),
            (0, 0, f64::NAN),
            (0, 0, f64::INFINITY),
            (0, 0, most),
            (0, 0, most * 1.01),
            (-1, 0, 1.0),
        ];
        let periods = gathered(&rows, 1);
        assert_eq!((periods.len(), periods[0].count, periods[0].sum), (1, 1, most));
    }
}
