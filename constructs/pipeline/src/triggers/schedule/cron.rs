//! The six fields of EventBridge's cron expressions, checked. Source: EventBridge User Guide, "Cron expressions".

struct Field {
    name: &'static str,
    low: u32,
    high: u32,
    words: &'static [&'static str],
    /// What may stand beside numbers, `*`, `,`, `-` and `/`.
    special: &'static str,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 6] = [
    Field { name: "minutes", low: 0, high: 59, words: &[], special: "" },
    Field { name: "hours", low: 0, high: 23, words: &[], special: "" },
    Field { name: "day of month", low: 1, high: 31, words: &[], special: "?LW" },
    Field { name: "month", low: 1, high: 12, words: MONTHS, special: "" },
    Field { name: "day of week", low: 1, high: 7, words: DAYS, special: "?L#" },
    Field { name: "year", low: 1970, high: 2199, words: &[], special: "" },
];

/// Checks the text between `cron(` and `)` and gives it with single spaces.
pub(super) fn check(text: &str) -> Result<String, String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let hint = if fields.len() == 5 {
            "; the year is missing: add ` *`, and write `?` for one of the two day fields"
        } else {
            ""
        };
        return Err(format!(
            "a cron expression has six fields (minutes, hours, day of month, month, day of week, year), got {}{hint}",
            fields.len()
        ));
    }
    for (text, field) in fields.iter().zip(&FIELDS) {
        field.check(text)?;
    }
    match (fields.get(2).copied(), fields.get(4).copied()) {
        (Some("?"), Some("?")) => Err("day of month and day of week are both `?`; one of them says the day".into()),
        (Some("?"), _) | (_, Some("?")) => Ok(fields.join(" ")),
        _ => Err("day of month or day of week must be `?`; EventBridge refuses an expression that says both".into()),
    }
}

impl Field {
    fn check(&self, text: &str) -> Result<(), String> {
        if text == "?" && self.special.contains('?') {
            return Ok(());
        }
        text.split(',').try_for_each(|part| self.part(part))
    }

    fn fault(&self, text: &str) -> String {
        format!("`{text}` is not a value of {}: {} to {}", self.name, self.low, self.high)
    }

    fn part(&self, text: &str) -> Result<(), String> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (text, None),
        };
        if let Some(step) = step {
            let good = step.parse::<u32>().is_ok_and(|n| n >= 1 && n <= self.high) && plain(step);
            if !good {
                return Err(self.fault(text));
            }
        }
        if range == "*" || self.is_special(range) {
            return Ok(());
        }
        match range.split_once('-') {
            Some((from, to)) => match (self.number(from), self.number(to)) {
                (Some(_), Some(_)) => Ok(()),
                _ => Err(self.fault(text)),
            },
            None => self.number(range).map(|_| ()).ok_or_else(|| self.fault(text)),
        }
    }

    /// `L`, `15W`, `LW`, `6L`, `MON#2`.
    fn is_special(&self, text: &str) -> bool {
        if self.special.contains('#') {
            let nth = text.split_once('#').is_some_and(|(day, n)| {
                self.number(day).is_some() && n.parse::<u32>().is_ok_and(|n| (1..=5).contains(&n))
            });
            return nth || text == "L" || text.strip_suffix('L').is_some_and(|day| self.number(day).is_some());
        }
        self.special.contains('W')
            && (text == "L" || text == "LW" || text.strip_suffix('W').is_some_and(|day| self.number(day).is_some()))
    }

    fn number(&self, text: &str) -> Option<u32> {
        if self.words.iter().any(|w| w.eq_ignore_ascii_case(text)) {
            return Some(self.low);
        }
        let number = plain(text).then(|| text.parse().ok()).flatten()?;
        (self.low..=self.high).contains(&number).then_some(number)
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Checks the text between `rate(` and `)`: a number of 1 or more and a unit, in the singular for 1 (EventBridge User Guide, "Rate expressions").
pub(super) fn check_rate(text: &str) -> Result<String, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let form = || format!("a rate is a number and a unit, such as `15 minutes`, `1 hour` or `2 days`, got `{text}`");
    let &[number, unit] = words.as_slice() else { return Err(form()) };
    let count: u32 = if plain(number) { number.parse().map_err(|_| form())? } else { return Err(form()) };
    let stem = unit.strip_suffix('s').unwrap_or(unit);
    if count == 0 || !["minute", "hour", "day"].contains(&stem) {
        return Err(form());
    }
    Ok(format!("{count} {stem}{}", if count == 1 { "" } else { "s" }))
}
