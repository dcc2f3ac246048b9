//! What is used of the limits → a table for people.

use std::fmt::Write;

use super::Use;

/// One line per limit and place, the fullest of each limit first.
#[must_use]
pub fn text(uses: &[Use]) -> String {
    let what = uses.iter().map(|found| found.limit.what.chars().count()).max().unwrap_or(0);
    let numbers = |found: &Use| format!("{} of {}", found.used, found.most);
    let width = uses.iter().map(|found| numbers(found).len()).max().unwrap_or(0);
    let mut text = String::new();
    for found in uses {
        let percent = found.percent();
        let more = found.more_pipelines.map_or_else(String::new, |more| match more {
            1 => ", room for 1 pipeline more".to_owned(),
            more => format!(", room for {more} pipelines more"),
        });
        let what_is = found.limit.what;
        // Writing into memory cannot fail.
        let _ = writeln!(text, "{what_is:<what$}  {:>width$}  {percent:>3} %  {}{more}", numbers(found), found.by);
    }
    text
}
