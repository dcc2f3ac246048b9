//! Calls and the role that they are made with → findings: what it does not allow, what it allows and nobody needs, whom it trusts.

mod functions;
mod machines;
mod run_log;

pub(crate) use functions::{broadcasts, check as functions, notice, registry, slack, token, trigger};
pub(crate) use machines::check as machines;

use crate::codes::{CALL, HANDSHAKE, UNUSED};
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::policy::{Call, Statement, fits, of_role, readable, statements};

/// Proves that a role allows calls; the findings stand at `user`, the resource that makes the calls.
pub(crate) fn allowed(
    document: &Document<'_>,
    role: &Resource<'_>,
    calls: &[Call],
    user: &str,
    findings: &mut Findings,
) {
    let statements = of_role(document, role);
    // Calls of one service stand together, and most statements are of others.
    let (mut service, mut near): (&str, Vec<&Statement>) = ("", statements.iter().collect());
    for call in calls {
        if call.service() != service {
            service = call.service();
            near = statements.iter().filter(|one| one.service.is_empty() || one.service == service).collect();
        }
        if !granted(&near, call) {
            let message = format!(
                "{} needs `{}` on `{}`, which role `{}` does not allow",
                call.why,
                call.action,
                call.on(),
                role.id
            );
            findings.help(CALL, user, message, format!("add to `{}`: {}", role.id, call.statement()));
        }
    }
}

/// True where a role's own policies let a call through.
pub(crate) fn passes(document: &Document<'_>, role: &Resource<'_>, call: &Call) -> bool {
    granted(&of_role(document, role).iter().collect::<Vec<_>>(), call)
}

fn granted(statements: &[&Statement], call: &Call) -> bool {
    statements.iter().any(|one| one.allows(call)) && !statements.iter().any(|one| one.denies(call))
}

/// Reports what a role allows beyond the calls that are made with it: `calls` are all of them.
pub(crate) fn needed(document: &Document<'_>, role: &Resource<'_>, calls: &[Call], findings: &mut Findings) {
    for statement in of_role(document, role).iter().filter(|statement| statement.allows) {
        let users: Vec<&Call> = calls.iter().filter(|call| statement.allows(call)).collect();
        for (at, action) in statement.actions.iter().enumerate() {
            if !users.iter().any(|call| statement.action(call) == Some(at)) {
                let message = format!("statement `{}` allows `{action}`, which nothing needs", statement.name);
                findings.say(UNUSED, role.id, message);
            }
        }
        for resource in &statement.resources {
            if !users.iter().any(|call| fits(resource, call)) {
                let resource = readable(resource);
                let message = format!("statement `{}` allows it on `{resource}`, which nothing needs", statement.name);
                findings.say(UNUSED, role.id, message);
            }
        }
    }
}

/// Proves that a service may take a role on behalf of a resource with this ARN.
pub(crate) fn trusted(
    document: &Document<'_>,
    role: &Resource<'_>,
    service: &str,
    source: Option<&str>,
    findings: &mut Findings,
) {
    let mut call = Call::new("", "sts:AssumeRole", None).with("aws:SourceAccount", document.account());
    if let Some(source) = source {
        call = call.with("aws:SourceArn", source);
    }
    let trust = statements(document, role.get("AssumeRolePolicyDocument"));
    if !trust.iter().any(|statement| statement.is_for(service) && statement.allows(&call)) {
        let of = source.map(|source| format!(" for `{}`", readable(source))).unwrap_or_default();
        let message = format!("role `{}` does not trust `{service}`{of}", role.id);
        let help = format!(
            r#"add to its trust: {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}"#
        );
        findings.help(HANDSHAKE, role.id, message, help);
    }
}
