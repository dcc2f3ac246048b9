//! What every step from a spec to a plan needs: the sink for findings, the organisation, and checks of common texts.

use std::ops::Range;

use indexmap::IndexSet;
use pipesynth_diag::diagnostic::MAX_PER_FILE;
use pipesynth_diag::{Code, Diagnostic, Files, Place, Sink, Span, Spanned, codes as common, nearest, quoted};

use crate::codes;
use crate::duration;
use crate::organization::{Account, OrganizationPlan};

/// Carries the sink and the organisation through the lowering of one pipeline.
pub struct Lower<'a> {
    /// What was read, to find a place inside a value.
    texts: &'a Files,
    /// Where findings go.
    pub sink: &'a mut Sink,
    /// pipesynth.yaml, if there is one without errors.
    pub organization: Option<&'a OrganizationPlan>,
    /// True where pipesynth.yaml has errors: what it would have said is not reported as missing.
    pub broken_organization: bool,
    /// The files of the project that the pipeline runs, collected while it is lowered: each path once, also of a pipeline with errors.
    pub files: IndexSet<Spanned<String>>,
    /// How many more right names are looked for; beyond that a file has more findings than are shown.
    searches: u32,
}

/// Names among which the nearest is looked for: more are made by a program, not by a slip of the pen.
const CANDIDATES: usize = 1_000;

impl<'a> Lower<'a> {
    /// For one pipeline of the files in `texts` and of `organization`: `None` where there is no pipesynth.yaml, `Some(None)` where it has errors.
    pub fn new(texts: &'a Files, sink: &'a mut Sink, organization: Option<Option<&'a OrganizationPlan>>) -> Self {
        let broken_organization = matches!(organization, Some(None));
        Self {
            texts,
            sink,
            organization: organization.flatten(),
            broken_organization,
            files: IndexSet::new(),
            searches: MAX_PER_FILE,
        }
    }

    /// The nearest right name, if one is near.
    pub fn near<'n>(&mut self, given: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        self.searches = self.searches.checked_sub(1)?;
        nearest(given, names.take(CANDIDATES))
    }

    /// A help that names the nearest right name, if one is near.
    pub fn did_you_mean<'n>(&mut self, given: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        self.near(given, names).map(|name| format!("did you mean `{name}`?"))
    }

    /// Reports an error.
    pub fn error(&mut self, code: &'static Code, place: Place, message: impl Into<String>) {
        self.sink.push(Diagnostic::error(code, place, message));
    }

    /// Reports an error with a way out.
    pub fn error_help(
        &mut self,
        code: &'static Code,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.sink.push(Diagnostic::error(code, place, message).help(help));
    }

    /// Reports a part of the format that this version does not build.
    pub fn not_yet(&mut self, place: Place, what: &str, instead: Option<&str>) {
        let found = Diagnostic::error(codes::NOT_YET, place, format!("{what} cannot be built by this version"))
            .why("it would be left out of the templates, and the pipeline would not do what its file says");
        self.sink.push(found.help_if(instead));
    }

    /// A duration in seconds, within bounds.
    pub fn seconds(&mut self, text: &Spanned<String>, bounds: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let Some(seconds) = duration::seconds(text) else {
            self.error(common::MALFORMED, text.place, format!("expected {}, got {}", duration::FORM, quoted(text)));
            return None;
        };
        if !bounds.contains(&seconds) {
            let message = format!("allowed: {} to {} seconds, got {seconds}", bounds.start(), bounds.end());
            self.error(common::OUT_OF_RANGE, text.place, message);
            return None;
        }
        Some(seconds)
    }

    /// The place of a part of a text by its bytes, where the file shows the text letter by letter (maybe between quotes); else the place
    /// of the whole.
    pub fn part(&self, text: &Spanned<String>, range: Range<usize>) -> Place {
        let Place { file, span } = text.place;
        let shown = self.texts.slice(text.place);
        let quotes = usize::from(shown.starts_with(['"', '\'']));
        if shown.get(quotes..shown.len().saturating_sub(quotes)) != Some(text.value.as_str()) || range.is_empty() {
            return text.place;
        }
        let start = span.range().start + quotes;
        file.at(Span::new(start + range.start..start + range.end))
    }

    /// The organisation's time zone, else UTC.
    pub fn timezone(&self) -> String {
        self.organization.map_or_else(|| "UTC".to_owned(), |o| o.timezone.clone())
    }

    /// An account by its 12 digits or its alias.
    pub fn account(&mut self, text: &Spanned<pipesynth_diag::Text>) -> Option<Account> {
        if pipesynth_contract::check_account(&text.value).is_ok() {
            let known = self.organization.and_then(|o| o.accounts.values().find(|a| a.id == text.value.0));
            return Some(known.cloned().unwrap_or_else(|| Account { id: text.value.0.clone(), vpc: None }));
        }
        let Some(organization) = self.organization else {
            if self.broken_organization {
                return None;
            }
            let message = format!(
                "{} is not 12 digits, and there is no pipesynth.yaml that could know it as an alias",
                quoted(&text.value)
            );
            let help =
                "write the 12 digits, or put pipesynth.yaml with `organization.accounts` beside or above the project";
            self.error_help(codes::UNKNOWN_ACCOUNT, text.place, message, help);
            return None;
        };
        if let Some(account) = organization.accounts.get(text.value.0.as_str()) {
            return Some(account.clone());
        }
        let aliases = || organization.accounts.keys().map(String::as_str);
        let near = self.did_you_mean(&text.value, aliases());
        let known: Vec<String> = aliases().map(|a| format!("`{a}`")).collect();
        let help = match known.is_empty() {
            true => "write 12 digits; pipesynth.yaml has no alias under `organization.accounts`".to_owned(),
            false => format!("write 12 digits, or an alias of pipesynth.yaml: {}", known.join(", ")),
        };
        let found =
            Diagnostic::error(codes::UNKNOWN_ACCOUNT, text.place, format!("unknown account {}", quoted(&text.value)))
                .help_if(near)
                .help(help);
        self.sink.push(found);
        None
    }
}

/// Checks a time zone's name against the tz database and gives it in its own spelling.
pub fn check_timezone(name: &Spanned<String>, sink: &mut Sink) -> Option<String> {
    let database = jiff::tz::TimeZoneDatabase::bundled();
    if let Ok(zone) = database.get(name) {
        return Some(zone.iana_name().unwrap_or(name).to_owned());
    }
    let names: Vec<String> = database.available().map(|n| n.to_string()).collect();
    let near = nearest(name, names.iter().map(String::as_str)).map(|n| format!("did you mean `{n}`?"));
    let found = Diagnostic::error(codes::UNKNOWN_TIMEZONE, name.place, format!("unknown time zone {}", quoted(name)))
        .help_if(near)
        .help("write a name of the tz database, such as `Europe/Berlin` or `UTC`");
    sink.push(found);
    None
}

/// Letters, digits and dashes (and whatever `more` allows), 1 to `longest`, not a dash at either end.
pub(crate) fn is_name(text: &str, longest: usize, more: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || more.contains(c);
    (1..=longest).contains(&text.len()) && text.chars().all(allowed) && !text.starts_with('-') && !text.ends_with('-')
}

/// `eu-central-1`, `us-gov-west-1`: the shape of a region's name.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let words = |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase());
    match parts.split_last() {
        Some((last, rest)) => {
            (2..=3).contains(&rest.len())
                && rest.iter().all(words)
                && last.len() == 1
                && last.bytes().all(|b| b.is_ascii_digit())
        }
        None => false,
    }
}
