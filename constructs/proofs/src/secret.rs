//! The secret with the Slack token → findings where anybody but the poster may read it, or the poster may not.

use pipesynth_contract::names;

use crate::codes::{HANDSHAKE, TOO_WIDE};
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::iam::token;
use crate::policy::Statement;
use crate::world::World;

/// The policy of the Slack token denies it to everybody but the poster.
pub(crate) fn check(world: &World<'_, '_>, findings: &mut Findings) {
    let named = |(d, r): &(&Document<'_>, Resource<'_>), name| d.name_of(r).as_deref() == Some(name);
    let Some((home, poster)) = world.of("AWS::Lambda::Function").find(|one| named(one, names::FN_SLACK_POSTER)) else {
        return;
    };
    let found = world.of("AWS::SecretsManager::Secret").find(|one| named(one, names::SECRET_SLACK));
    let Some((arn, secret)) = found.and_then(|(d, r)| Some((d.arn_of(&r)?, r))) else {
        return findings.say(HANDSHAKE, poster.id, format!("no template has its secret `{}`", names::SECRET_SLACK));
    };
    let policy = world.policy(&arn);
    let denied = |principal: &str| {
        let call = token("").with("aws:PrincipalArn", principal);
        let hits = |s: &Statement| !s.allows && s.is_for(principal) && s.action(&call).is_some();
        policy.iter().any(|statement| hits(statement) && statement.fits_conditions(&call))
    };
    if denied(&home.text(poster.get("Role")).unwrap_or_default()) {
        findings.say(HANDSHAKE, secret.id, format!("the policy of the secret denies it to `{}`", poster.id));
    }
    if !denied("arn:{partition}:iam::{central}:role/another") {
        findings.say(TOO_WIDE, secret.id, format!("no policy denies the secret to others than `{}`", poster.id));
    }
}
