//! pipesynth.yaml under every pipeline.

use crate::testing::{ORGANIZATION, STEP, check_in, plan};

#[test]
fn an_alias_stands_for_its_account_and_twelve_digits_for_themselves() {
    let account = |text: &str| plan(&format!("name: a\naccount: {text}\n{STEP}")).account.unwrap().id;
    assert_eq!(account("A"), "111111111111");
    assert_eq!(account("'222222222222'"), "222222222222");
}

#[test]
fn a_pipeline_runs_in_an_account_that_has_a_user_stack() {
    let findings = |text: &str| {
        let checked = check_in(ORGANIZATION, &format!("name: a\naccount: {text}\n{STEP}"));
        checked.found.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ")
    };
    assert!(findings("000000000001").contains("account `000000000001` is not in pipesynth.yaml"), "leading zeros stay");
    assert!(findings("'999999999999'").contains("is the central account"));
}

#[test]
fn defaults_stand_where_the_pipeline_says_nothing() {
    let organization = format!("{ORGANIZATION}defaults: {{ account: B, team: platform, tags: {{ a: x, b: y }} }}\n");
    let bare = check_in(&organization, &format!("name: a\n{STEP}")).plan.unwrap();
    assert_eq!((bare.account.unwrap().id, bare.team.unwrap()), ("222222222222".into(), "platform".into()));
    let own = check_in(&organization, &format!("name: a\naccount: A\nteam: own\ntags: {{ b: z, c: w }}\n{STEP}"))
        .plan
        .unwrap();
    assert_eq!((own.account.unwrap().id, own.team.unwrap()), ("111111111111".into(), "own".into()));
    let tags: Vec<(&str, &str)> = own.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(tags, [("a", "x"), ("b", "z"), ("c", "w")]);
}

#[test]
fn the_zone_of_a_pipeline_is_written_at_its_trigger_else_the_organisations() {
    let organization = ORGANIZATION.replace("region:", "timezone: Europe/Berlin\n  region:");
    let zone =
        |trigger: &str| check_in(&organization, &format!("name: a\n{STEP}trigger: {trigger}\n")).plan.unwrap().timezone;
    let parents = "allOf: [{ name: b }]";
    assert_eq!(zone(&format!("{{ executions: {{ {parents} }} }}")), "Europe/Berlin");
    assert_eq!(zone("{ schedule: { hour: 3 } }"), "Europe/Berlin");
    assert_eq!(zone("{ schedule: { hour: 3, timezone: Asia/Tokyo } }"), "Asia/Tokyo");
    assert_eq!(
        zone(&format!(
            "{{ schedule: {{ hour: 3, timezone: Asia/Tokyo }}, executions: {{ {parents} }}, operator: OR }}"
        )),
        "Asia/Tokyo"
    );
    assert_eq!(
        zone(&format!("{{ schedule: {{ hour: 3 }}, executions: {{ {parents}, timezone: UTC }}, operator: OR }}")),
        "UTC"
    );
}

#[test]
fn triggers_are_broadcast_to_as_many_accounts_as_a_bus_has_rules() {
    let found = |accounts: u64, fanout: &str| {
        let entry = |n: u64| format!("N{n}: '{}', ", 100_000_000_000 + n);
        let more: String = (2..accounts).map(entry).collect();
        let organization = ORGANIZATION.replace("accounts: {", &format!("accounts: {{ {more}"));
        let checked = check_in(&format!("{organization}fanout: {fanout}\n"), &format!("name: a\naccount: A\n{STEP}"));
        checked.found.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect::<Vec<_>>()
    };
    assert!(found(299, "broadcast").is_empty() && found(300, "targeted").is_empty());
    assert_eq!(found(300, "broadcast"), ["PS0221 `broadcast` reaches 299 accounts at most, got 300"]);
}
