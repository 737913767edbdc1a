//! Virtual time: whole milliseconds since 1970-01-01T00:00:00Z. Nothing in the core reads a clock.

use core::fmt;

/// A moment of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl super::read::Read for Time {
    fn read(value: serde_json::Value, place: &str) -> Result<Self, super::read::Unreadable> {
        i64::read(value, place).map(Time)
    }
}

impl Time {
    /// 2026-01-01T00:00:00Z, where a simulation starts unless told otherwise.
    pub const DEFAULT_START: Time = Time(1_767_225_600_000);
    /// The last moment that JavaScript's `Date` can name.
    pub const MAX: Time = Time(8_640_000_000_000_000);
    /// The first moment that RFC 3339 can name, in the year 0. Any span from here on fits JavaScript's numbers.
    pub const MIN: Time = Time(-62_167_219_200_000);

    /// This moment and `ms` more; [`Time::MAX`] at the most.
    pub fn plus(self, ms: u64) -> Time {
        let ms = i64::try_from(ms).unwrap_or(i64::MAX);
        Time(self.0.saturating_add(ms).min(Time::MAX.0))
    }

    /// Milliseconds from `earlier` to here; 0 if it is later.
    pub fn since(self, earlier: Time) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// Cut to the whole second, as the Kubernetes API stores times.
    pub fn whole_second(self) -> Time {
        Time(self.0.div_euclid(1000) * 1000)
    }

    /// Year, month, day, hour, minute, second (UTC, proleptic Gregorian).
    pub fn civil(self) -> (i64, u8, u8, u8, u8, u8) {
        let seconds = self.0.div_euclid(1000);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Howard Hinnant's days-to-civil: March-based years make the leap day the last of its year.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        let small = |n: i64| u8::try_from(n).unwrap_or(u8::MAX);
        (year, small(month), small(day), small(rest / 3_600), small(rest / 60 % 60), small(rest % 60))
    }

    /// Milliseconds since 1970 of a UTC date and time; `None` if there is no such date.
    pub fn from_civil(year: i64, month: u8, day: u8, hour: u8, minute: u8, second: u8, milli: u16) -> Option<Time> {
        let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
        let days_in_month = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => return None,
        };
        if day == 0 || day > days_in_month || hour > 23 || minute > 59 || second > 59 || milli > 999 {
            return None;
        }
        if !(-200_000..=200_000).contains(&year) {
            return None;
        }
        let (month, day) = (i64::from(month), i64::from(day));
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let mp = (month + 9) % 12;
        let doy = (153 * mp + 2) / 5 + day - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        let days = era * 146_097 + doe - 719_468;
        let seconds = days * 86_400 + i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
        Some(Time(seconds * 1000 + i64::from(milli)))
    }
}

impl Time {
    /// The time that an RFC 3339 text names, cut to the millisecond; `None` if it names none.
    pub fn parse(text: &str) -> Option<Time> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let mut parts = date.splitn(3, '-');
        let year: i64 = digits(parts.next()?, 4)?;
        let (month, day) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
        let clock_end = rest.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(clock_end);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = clock.splitn(3, ':');
        let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
        let second = digits(parts.next()?, 2)?;
        let all_digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let milli: u16 = format!("{fraction:0<3}").get(..3).filter(|_| all_digits)?.parse().ok()?;
        let offset = match zone {
            "Z" | "z" => 0,
            _ => {
                let (hours, minutes) = zone.get(1..)?.split_once(':')?;
                let minutes: i64 = digits::<i64>(hours, 2)? * 60 + digits::<i64>(minutes, 2)?;
                if zone.starts_with('-') { -minutes } else { minutes }
            }
        };
        let local = Time::from_civil(year, month, day, hour, minute, second, milli)?;
        Some(Time(local.0 - offset * 60_000))
    }
}

/// A number of exactly so many digits.
fn digits<T: core::str::FromStr>(text: &str, count: usize) -> Option<T> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// RFC 3339 in UTC, with milliseconds only where there are any.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.0.rem_euclid(1000) {
            0 => f.write_str("Z"),
            milli => write!(f, ".{milli:03}Z"),
        }
    }
}

/// Go's text for a duration of whole seconds, as upstream prints it: `0s`, `1m0s`, `25h1m1s`.
pub fn go_seconds(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}h{minutes}m{seconds}s")
    } else if minutes > 0 {
        format!("{minutes}m{seconds}s")
    } else {
        format!("{seconds}s")
    }
}

/// A span for people: `1.5 s`, `30 s`, `5 min`, `2 h 30 min`.
pub fn span(ms: u64) -> String {
    if ms < 1_000 {
        return format!("{ms} ms");
    }
    if ms < 60_000 {
        return match ms % 1_000 {
            0 => format!("{} s", ms / 1_000),
            rest => format!("{}.{} s", ms / 1_000, format!("{rest:03}").trim_end_matches('0')),
        };
    }
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(format!("{hours} h"));
    }
    if minutes > 0 {
        parts.push(format!("{minutes} min"));
    }
    if seconds > 0 {
        parts.push(format!("{seconds} s"));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_round_trips_over_leap_years_and_before_the_epoch() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-01T00:00:00Z", Time::DEFAULT_START.0),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
            ("1969-12-31T23:59:59Z", -1_000),
        ] {
            assert_eq!(Time(ms).to_string(), text);
        }
        for day in -200_000..200_000 {
            let time = Time(day * 86_400_000);
            let (year, month, date, ..) = time.civil();
            assert_eq!(Time::from_civil(year, month, date, 0, 0, 0, 0), Some(time));
        }
        assert_eq!(Time::from_civil(2026, 2, 29, 0, 0, 0, 0), None);
        assert_eq!(Time::parse("2026-01-01T01:30:00.25+01:30"), Some(Time(Time::DEFAULT_START.0 + 250)));
        assert_eq!(Time::parse("1969-12-31T23:59:59Z"), Some(Time(-1_000)));
        for wrong in ["", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "26-01-01T00:00:00Z", "now"] {
            assert_eq!(Time::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_read_as_go_and_as_people_write_them() {
        let go: Vec<_> = [0, 59, 60, 3_600, 86_400, 90_061].map(go_seconds).into();
        assert_eq!(go, ["0s", "59s", "1m0s", "1h0m0s", "24h0m0s", "25h1m1s"]);
        let people: Vec<_> = [0, 1_500, 30_000, 300_000, 9_000_000].map(span).into();
        assert_eq!(people, ["0 ms", "1.5 s", "30 s", "5 min", "2 h 30 min"]);
    }
}
