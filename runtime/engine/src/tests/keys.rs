//! Which runs meet: `correlate` and `offset`.

use pipesynth_contract::options::{Correlate, Offset};
use serde_json::json;

use super::help::*;
use crate::{MAX_KEY, correlation_key};

#[test]
fn yesterdays_run_never_meets_todays() {
    let mut x = Child::new(all(&[ok("a"), ok("b")]));
    x.waits(&run("a", 23));
    x.waits(&run("b", 25).day(1));
    assert_eq!(x.fires_with(&run("b", 26)), ["arn:a:23", "arn:b:26"]);
    let firing = x.sees(&run("a", 27).day(1)).remove(0);
    assert_eq!((&*firing.key, firing.date.to_string().as_str()), ("2026-11-24", "2026-11-24"));
}

#[test]
fn an_offset_meets_the_run_of_another_day_and_its_age_is_no_hindrance() {
    let mut yesterday = ok("b");
    yesterday["offset"] = json!("-1d");
    let mut x = Child::new(all(&[ok("a"), yesterday]));
    x.waits(&run("b", 3));
    x.waits(&run("a", 4));
    // 30 hours between the two ends: within 24 hours, for `b` counts as a day later.
    let firing = x.sees(&run("a", 33).day(1)).remove(0);
    assert_eq!(executions_of(&firing), ["arn:a:33", "arn:b:3"]);
    assert_eq!(firing.date.to_string(), "2026-11-24");
}

#[test]
fn one_run_may_stand_in_two_keys_of_a_child() {
    let mut yesterday = ok("a");
    yesterday["offset"] = json!("-1d");
    let mut x = Child::new(all(&[ok("a"), yesterday]));
    x.waits(&run("a", 3));
    assert_eq!(x.gates.len(), 2);
    assert_eq!(x.fires_with(&run("a", 27).day(1)), ["arn:a:27", "arn:a:3"]);
}

#[test]
fn keys_of_each_kind() {
    let occurrence = run("a", 5).but(|o| {
        o.instant = Some(MONDAY + 3 * H + 59 * 60_000);
        o.input = json!({"params": {"country": "de", "shard": 7}}).as_object().unwrap().clone().into();
    });
    let days = |n| Some(Offset::Days(n));
    let hours = |n| Some(Offset::Hours(n));
    for (correlate, offset, key) in [
        (Correlate::None, None, "all"),
        (Correlate::Day, None, "2026-11-23"),
        (Correlate::Day, days(-1), "2026-11-24"),
        (Correlate::Day, days(1), "2026-11-22"),
        (Correlate::Hour, None, "2026-11-23T03Z"),
        (Correlate::Hour, hours(-2), "2026-11-23T05Z"),
        (Correlate::Hour, days(-1), "2026-11-24T03Z"),
        (Correlate::Key("$.country".into()), None, "de"),
        (Correlate::Key("$.params.shard".into()), None, "7"),
    ] {
        assert_eq!(correlation_key(&correlate, offset, &occurrence).as_deref(), Ok(key), "{correlate} {offset:?}");
    }
}

#[test]
fn what_has_no_key_says_why() {
    let bare = run("a", 5).but(|o| o.instant = None);
    assert!(correlation_key(&Correlate::Hour, None, &bare).unwrap_err().contains("no scheduled instant"));
    let path = Correlate::Key("$.country".into());
    for value in [json!(null), json!([1]), json!(""), json!("a\u{1}"), json!("a".repeat(MAX_KEY + 1))] {
        let with = bare.clone().but(|o| drop(o.input.insert("country".into(), value.clone())));
        assert!(correlation_key(&path, None, &with).is_err(), "{value}");
    }
    assert!(correlation_key(&path, Some(Offset::Days(1)), &bare).is_err());
    assert!(correlation_key(&Correlate::Day, Some(Offset::Hours(1)), &bare).is_err());
    let (keys, reasons) = Child::with(ok("a"), json!({"correlate": "hour"})).spec.keys(&bare);
    assert_eq!((keys.len(), reasons.len()), (0, 1));
}

#[test]
fn an_hourly_chain_hands_its_hour_down() {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), json!({"correlate": "hour"}));
    let late = |name, hour| run(name, hour).but(|o| o.instant = Some(MONDAY + 3 * H + 1));
    x.waits(&late("a", 4));
    let firing = x.sees(&late("b", 5)).remove(0);
    assert_eq!(firing.instant, Some(MONDAY + 3 * H));
    let detail = firing.detail("eu-central-1");
    assert_eq!(detail.input.trigger.unwrap().instant.unwrap(), "2026-11-23T03:00:00Z");
    assert_eq!(detail.input.logical_date.unwrap(), "2026-11-23");
}
