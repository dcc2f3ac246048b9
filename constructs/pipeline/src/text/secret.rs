//! A text → whether a secret is written out in it. What stands in a pipeline file stands in git, in the template and in the cluster's
//! description too.

use super::Fault;

/// Beginnings of keys that services give out, and how many letters and digits follow at least (the services' own documentation of their
/// keys: AWS, GitHub, GitLab, Slack).
const KEYS: &[(&str, usize)] =
    &[("AKIA", 16), ("ASIA", 16), ("ghp_", 36), ("github_pat_", 22), ("glpat-", 20), ("xoxb-", 10), ("xoxp-", 10)];

/// Parts of a property's name whose value is a secret.
const WORDS: [&str; 3] = ["password", "passwd", "secret"];

const HELP: &str =
    "keep it in Secrets Manager and let the step read it at run time, with the access that `access:` grants";

/// Refuses keys of well-known services, and private keys.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let key = KEYS.iter().find(|(start, more)| {
        text.match_indices(start).any(|(at, _)| {
            let inside = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            let rest = &text[at + start.len()..];
            !inside && rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).count() >= *more
        })
    });
    if let Some((start, _)) = key {
        return Err(Fault::unsafe_text(format!("`{start}…` is a key, and everybody could read it here"), HELP));
    }
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Err(Fault::unsafe_text("a private key stands here, and everybody could read it", HELP));
    }
    Ok(())
}

/// Refuses the value of a property whose name says that it is a secret. Where a secret is found is none: a path, an ARN, a reference that
/// EMR resolves (`EMR.secret@…`), nor is what a switch or template text gives.
pub fn check_property(name: &str, value: &str) -> Result<(), Fault> {
    let lower = name.to_lowercase();
    let Some(word) = WORDS.iter().find(|word| lower.contains(**word)) else { return Ok(()) };
    let place =
        ["EMR.secret@", "arn:", "/", "{{"].iter().any(|start| value.starts_with(start)) || value.contains("://");
    let switch = matches!(value.to_lowercase().as_str(), "" | "true" | "false");
    if place || switch || value.chars().all(|c| c.is_ascii_digit()) {
        return Ok(());
    }
    let message = format!("the value of `{name}` is written out, and by the word `{word}` in its name it is secret");
    Err(Fault::unsafe_text(message, HELP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_what_looks_a_little_like_them_is_not() {
        let slack = format!("--token=xoxb-{}", "1".repeat(12));
        for text in
            ["AKIAIOSFODNN7EXAMPLE", "x ASIAIOSFODNN7EXAMPLE y", slack.as_str(), "-----BEGIN RSA PRIVATE KEY-----"]
        {
            assert!(check(text).is_err(), "{text}");
        }
        for text in
            ["AKIA", "s3://BAKIAIOSFODNN7EXAMPLE/x", "ASIA-PACIFIC-REGION", "ghp_", "-----BEGIN CERTIFICATE-----"]
        {
            assert!(check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_password_is_no_value_and_where_it_lies_is() {
        let name = "javax.jdo.option.ConnectionPassword";
        for value in ["hunter2", "p w", "EMR.secret"] {
            assert!(check_property(name, value).is_err(), "{value}");
        }
        for value in
            ["EMR.secret@arn:aws:x", "arn:aws:x", "/etc/secret", "s3://b/k", "TRUE", "", "{{ params.key }}", "0"]
        {
            assert!(check_property(name, value).is_ok(), "{value}");
        }
        assert!(check_property("spark.executor.memory", "4g").is_ok());
    }
}
