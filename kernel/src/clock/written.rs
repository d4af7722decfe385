//! Times as a format of `strptime` writes them, in Python's meaning of it.
//!
//! `strptime` reads more than is written: one digit where there are two, several spaces for one.
//! Such times are unclear, and left to it.

use std::error::Error;
use std::fmt;

use super::Told;
use crate::time;

const MONTHS: [&[u8]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];
const MICROSECOND_DIGITS: u32 = 6;

/// A format of times.
#[derive(Debug)]
pub struct WrittenFormat {
    parts: Vec<Part>,
    /// The year of formats that have none.
    year: Option<i64>,
}

/// A format with a directive that is not known here.
#[derive(Debug)]
pub struct UnknownFormat;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Byte(u8),
    Year,
    YearOfCentury,
    Month,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Microsecond,
}

/// What was read of a time; fields that a format lacks are as `strptime` has them.
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
}

impl WrittenFormat {
    /// A format such as `%Y-%m-%d %H:%M:%S`; `year`: that of times whose format has none.
    ///
    /// # Errors
    /// It has other directives than `%Y %y %m %b %d %H %M %S %f`, or `%f` before what may be a
    /// digit.
    pub fn new(format: &[u8], year: Option<i64>) -> Result<Self, UnknownFormat> {
        let (mut parts, mut rest) = (Vec::new(), format.iter());
        while let Some(&byte) = rest.next() {
            let part = if byte == b'%' { Part::directive(rest.next())? } else { Part::Byte(byte) };
            if parts.last() == Some(&Part::Microsecond) && part.is_digits() {
                return Err(UnknownFormat);
            }
            parts.push(part);
        }
        Ok(Self { parts, year })
    }

    /// The time in the first words of a line.
    #[must_use]
    pub fn read(&self, line: &[u8]) -> Told {
        let blanks = line.iter().take_while(|&&byte| is_blank(byte)).count();
        let text = &line[blanks..];
        if self.is_none(text) {
            return Told::Time(None);
        }
        self.time(text).map_or(Told::Unclear, |time| Told::Time(Some(time)))
    }

    /// Whether a text certainly is no such time, as its first byte shows.
    fn is_none(&self, text: &[u8]) -> bool {
        let Some(&byte) = text.first().filter(|&&byte| byte != b'\n') else { return true };
        match self.parts.first() {
            Some(Part::Byte(first)) => byte.is_ascii() && !byte.eq_ignore_ascii_case(first),
            Some(Part::MonthName) => byte.is_ascii() && !byte.is_ascii_alphabetic(),
            _ => byte.is_ascii() && !byte.is_ascii_digit(),
        }
    }

    fn time(&self, mut text: &[u8]) -> Option<i64> {
        let mut fields = Fields {
            year: self.year.unwrap_or(1900),
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
        };
        for part in &self.parts {
            part.read(&mut text, &mut fields)?;
        }
        let ended = text.first().is_none_or(|&byte| byte == b'\n' || is_blank(byte));
        if ended {
            fields.nanoseconds()
        } else {
            None
        }
    }
}

impl Part {
    fn directive(letter: Option<&u8>) -> Result<Self, UnknownFormat> {
        Ok(match letter {
            Some(b'Y') => Self::Year,
            Some(b'y') => Self::YearOfCentury,
            Some(b'm') => Self::Month,
            Some(b'b') => Self::MonthName,
            Some(b'd') => Self::Day,
            Some(b'H') => Self::Hour,
            Some(b'M') => Self::Minute,
            Some(b'S') => Self::Second,
            Some(b'f') => Self::Microsecond,
            _ => return Err(UnknownFormat),
        })
    }

    fn is_digits(self) -> bool {
        match self {
            Self::Byte(byte) => byte.is_ascii_digit(),
            Self::MonthName => false,
            _ => true,
        }
    }

    fn read(self, text: &mut &[u8], fields: &mut Fields) -> Option<()> {
        match self {
            Self::Byte(byte) => *text = text.strip_prefix(&[byte])?,
            Self::Year => fields.year = digits(text, 4)?,
            Self::YearOfCentury => {
                let year = digits(text, 2)?;
                fields.year = if year < 69 { 2000 + year } else { 1900 + year };
            }
            Self::Month => fields.month = digits(text, 2)?,
            Self::MonthName => fields.month = month_named(text)?,
            Self::Day => fields.day = digits(text, 2)?,
            Self::Hour => fields.hour = digits(text, 2)?,
            Self::Minute => fields.minute = digits(text, 2)?,
            Self::Second => fields.second = digits(text, 2)?,
            Self::Microsecond => fields.nanosecond = microseconds(text)? * 1000,
        }
        Some(())
    }
}

impl Fields {
    fn nanoseconds(&self) -> Option<i64> {
        let days = time::days(self.year, self.month, self.day)?;
        let valid = self.hour < 24 && self.minute < 60 && self.second < 60;
        let seconds = days * 86_400 + self.hour * 3600 + self.minute * 60 + self.second;
        let time = if valid { seconds.checked_mul(1_000_000_000) } else { None };
        time?.checked_add(self.nanosecond).filter(|&time| time != i64::MIN)
    }
}

/// What `\s` is to a regex on bytes, but for the end of the line.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

fn digits(text: &mut &[u8], count: usize) -> Option<i64> {
    let (number, rest) = text.split_at_checked(count)?;
    *text = rest;
    number
        .iter()
        .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// A fraction of up to six digits.
fn microseconds(text: &mut &[u8]) -> Option<i64> {
    let most = MICROSECOND_DIGITS as usize;
    let count = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let number = digits(text, count).filter(|_| count > 0)?;
    let missing = MICROSECOND_DIGITS - u32::try_from(count).ok()?;
    Some(number * 10_i64.pow(missing))
}

fn month_named(text: &mut &[u8]) -> Option<i64> {
    let (name, rest) = text.split_at_checked(3)?;
    *text = rest;
    (1..).zip(MONTHS).find_map(|(number, month)| name.eq_ignore_ascii_case(month).then_some(number))
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("this format of times is not read here")
    }
}

impl Error for UnknownFormat {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, line: &str) -> Told {
        WrittenFormat::new(format.as_bytes(), Some(1970)).unwrap().read(line.as_bytes())
    }

    fn at(seconds: i64) -> Told {
        Told::Time(Some(seconds * 1_000_000_000))
    }

    #[test]
    fn written_times_are_read() {
        assert_eq!(read("%Y-%m-%d %H:%M:%S", "  1970-01-02 00:00:01 loss"), at(86_401));
        assert_eq!(read("%d.%m.%y", "02.01.70"), at(86_400));
        assert_eq!(read("%b %d %H:%M:%S", "JAN 02 00:00:01 host"), at(86_401));
        assert_eq!(read("[%H:%M:%S.%f]", "[00:00:01.5] x"), Told::Time(Some(1_500_000_000)));
    }

    #[test]
    fn what_cannot_be_one_is_none() {
        for line in ["", "\n1970-01-02 00:00:01", "loss: 1", "  \t", "-1970-01-02 00:00:01"] {
            assert_eq!(read("%Y-%m-%d %H:%M:%S", line), Told::Time(None), "{line}");
        }
        assert_eq!(read("[%H:%M:%S]", "00:00:01"), Told::Time(None));
    }

    #[test]
    fn what_strptime_may_read_is_unclear() {
        for line in [
            "1970-1-2 00:00:01",
            "1970-01-02  00:00:01",
            "1970-01-02 00:00:01,5",
            "1970-02-30 00:00:00",
            "1970-01-02 00:00:60",
            "1970-01-02 24:00:00",
            "1970-01-02",
            "2400-01-02 00:00:00",
            "\u{661}970-01-02 00:00:01",
        ] {
            assert_eq!(read("%Y-%m-%d %H:%M:%S", line), Told::Unclear, "{line}");
        }
    }

    #[test]
    fn other_formats_are_unknown() {
        for format in ["%c", "%H:%M %p", "%", "%f%S", "%f7"] {
            assert!(WrittenFormat::new(format.as_bytes(), None).is_err(), "{format}");
        }
    }
}
