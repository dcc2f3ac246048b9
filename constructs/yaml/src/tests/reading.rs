//! YAML → spec types: the readers of `pipesynth-diag` on real text.

use pipesynth_diag::{Choice, Cx, Diagnostic, Fields, Files, FromNode, Node, Sink};

use super::lines;
use super::specs::{Body, Pipeline, Status};

struct Read {
    value: Option<Pipeline>,
    files: Files,
    found: Vec<Diagnostic>,
}

fn read(text: &str) -> Read {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let value = crate::load::<Pipeline>(&mut files, "test.yaml", text.into(), &mut sink).value;
    Read { value, files, found: sink.into_sorted() }
}

/// Findings of a text, which must stand with a good `steps`.
fn faults(text: &str) -> Vec<String> {
    let read = read(&format!("{text}\nsteps: []\n"));
    lines(&read.files, &read.found)
}

#[test]
fn a_good_file_is_read_with_its_places() {
    let text = "name: listings\naccount: 012345678901\nschedule: { hour: 3, factor: 2, enabled: false }\ntags: { team: rent, Größe: \"4\" }\nconf: { a.b: 200, c: true }\nsteps:\n  - { name: one, type: spark, application: é.py, arguments: [--date], when: SUCCESS }\n  - name: two\n    type: shell\n    command: ls\n";
    let read = read(text);
    assert!(read.found.is_empty(), "{:?}", lines(&read.files, &read.found));
    let pipeline = read.value.unwrap();
    assert_eq!(pipeline.account.as_ref().unwrap().as_str(), "012345678901");
    let schedule = pipeline.schedule.as_ref().unwrap();
    assert_eq!(
        (schedule.hour.value, schedule.minute, schedule.factor, schedule.enabled),
        (3, None, Some(2.0), Some(false))
    );
    assert_eq!(read.files.slice(schedule.hour.place), "3");
    assert_eq!(pipeline.tags.get("Größe").unwrap().as_str(), "4");
    let keys = pipeline.tags.keys().map(|key| read.files.slice(key.place));
    assert_eq!(keys.collect::<Vec<_>>(), ["team", "Größe"]);
    assert_eq!((pipeline.conf["a.b"].as_str(), pipeline.conf["c"].as_str()), ("200", "true"));
    let Body::Spark(spark) = &pipeline.steps[0].body else { panic!("{:?}", pipeline.steps[0]) };
    assert_eq!(pipeline.steps[0].common.when.unwrap().value, Status::Succeeded);
    assert_eq!(read.files.start(spark.application.place).column, 44);
    assert_eq!(spark.arguments[0].as_str(), "--date");
    assert!(matches!(&pipeline.steps[1].body, Body::Shell(shell) if shell.command.as_str() == "ls"));
}

#[test]
fn the_same_content_on_other_lines_is_equal() {
    let one = read("name: a\nsteps: []\n").value.unwrap();
    let two = read("\n\nsteps: []\nname: \"a\"\n").value.unwrap();
    assert_eq!(one, two);
    assert_ne!(one.name.unwrap().place, two.name.unwrap().place);
}

#[test]
fn every_fault_of_a_file_is_found_in_one_run() {
    let text = "nmae: x\naccount: [1]\nschedule:\n  hour: three\n  minute: -1\n  timezone: UTC\ntags: { a: 1 }\nsteps:\n  - { name: one, type: spark, aplication: x }\n  - { type: shell, command: ls, application: y }\n  - { name: three, type: sparc }\n  - just text\n";
    let read = read(text);
    assert_eq!(
        lines(&read.files, &read.found),
        [
            "1:1 PS0104 unknown key `nmae` in a pipeline",
            "2:10 PS0101 `account` must be a text, got a list",
            "4:9 PS0101 `hour` must be a whole number, got the string `three`",
            "5:11 PS0102 `minute` must be 0 to 4294967295, got `-1`",
            "6:3 PS0104 unknown key `timezone` in a schedule",
            "7:12 PS0101 an entry of `tags` must be a string, got the number `1`",
            "9:7 PS0103 missing key `application` in a `spark` step",
            "9:31 PS0104 unknown key `aplication` in a `spark` step",
            "10:7 PS0103 missing key `name` in a step",
            "10:33 PS0104 unknown key `application` in a `shell` step",
            "11:26 PS0105 `sparc` is not a step type",
            "12:5 PS0101 an entry of `steps` must be a step (a mapping), got the string `just text`",
        ]
    );
    // What could be read is there for the checks that follow.
    let pipeline = read.value.unwrap();
    assert!(pipeline.account.is_none() && pipeline.schedule.is_none() && pipeline.steps.is_empty());
}

#[test]
fn a_missing_key_is_placed_at_the_key_of_its_mapping() {
    assert_eq!(faults("schedule:\n  minute: 1"), ["1:1 PS0103 missing key `hour` in a schedule"]);
    assert_eq!(faults("schedule: {}"), ["1:1 PS0103 missing key `hour` in a schedule"]);
    let read = read("name: x\n");
    assert_eq!(lines(&read.files, &read.found), ["1:1 PS0103 missing key `steps` in a pipeline"]);
    assert!(read.value.is_some_and(|pipeline| pipeline.steps.is_empty()));
}

#[test]
fn the_nearest_name_is_proposed() {
    for (text, help) in [
        ("nmae: x", "did you mean `name`?"),
        ("Name: x", "did you mean `name`?"),
        ("schedule: { hour: 1, time-zone: UTC }", "did you mean `timeZone`?"),
        ("schedule: { hour: 1, time_zone: UTC }", "did you mean `timeZone`?"),
        ("schedule: { hours: 1 }", "is `hours` meant to be `hour`?"),
    ] {
        let read = read(&format!("{text}\nsteps: []\n"));
        let helps: Vec<_> = read.found.iter().flat_map(|d| &d.help).collect();
        assert!(helps.iter().any(|h| *h == help), "{text}: {helps:?}");
    }
    let read = read("zzz: x\nsteps: []\n");
    assert_eq!(read.found[0].help, ["known keys: `name`, `account`, `schedule`, `tags`, `conf`, `steps`"]);
}

#[test]
fn a_key_without_a_value_is_an_error_and_null_is_none() {
    assert_eq!(faults("schedule:\nname: x"), ["1:1 PS0106 `schedule` has no value"]);
    assert_eq!(faults("schedule: null\nname: ~"), Vec::<String>::new());
    assert_eq!(faults("schedule: { hour: null }"), ["1:19 PS0101 `hour` must be a whole number, got `null`"]);
    assert_eq!(faults("schedule: { hour: }"), ["1:13 PS0106 `hour` has no value"]);
    assert_eq!(faults("tags: { a: }"), ["1:9 PS0106 `a` has no value"]);
}

#[test]
fn usual_slips_have_a_way_out() {
    for (text, message, help) in [
        (
            "schedule: { hour: \"3\" }",
            "`hour` must be a whole number, got the string `3`",
            Some("take the quotes away"),
        ),
        ("schedule: { hour: 3.0 }", "`hour` must be a whole number, got the number `3.0`", None),
        (
            "schedule: { hour: 99999999999999999999 }",
            "`hour` must be a whole number of at most 18 digits, got `99999999999999999999`",
            None,
        ),
        (
            "schedule: { hour: 3, enabled: yes }",
            "`enabled` must be `true` or `false`, got the string `yes`",
            Some("write `true`, without quotes"),
        ),
        (
            "schedule: { hour: 3, enabled: \"false\" }",
            "`enabled` must be `true` or `false`, got the string `false`",
            Some("write `false`, without quotes"),
        ),
        ("schedule: { hour: 3, factor: .nan }", "`factor` must be a finite number, got the number `.nan`", None),
        ("name: 12", "`name` must be a string, got the number `12`", Some("quote it: `\"12\"`")),
        ("name: true", "`name` must be a string, got `true`", Some("quote it: `\"true\"`")),
    ] {
        let read = read(&format!("{text}\nsteps: []\n"));
        let found = read.found.first().unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.message.as_str(), found.help.first().map(String::as_str)), (message, help), "{text}");
    }
}

#[test]
fn a_choice_takes_its_texts_exactly_and_names_them() {
    let step = |when: &str| format!("steps: [{{ name: a, type: shell, command: b, when: {when} }}]\n");
    assert!(read(&step("FAILED")).found.is_empty());
    let read_one = |when| read(&step(when)).found.remove(0);
    let found = read_one("success");
    assert_eq!(found.message, "`success` is not a status");
    assert_eq!(found.help, ["did you mean `SUCCESS`?", "allowed: `SUCCEEDED`, `SUCCESS`, `FAILED`"]);
    assert_eq!(read_one("[FAILED]").message, "`when` must be a status, got a list");
    assert_eq!(
        (Status::ALL.len(), Status::Failed.to_string().as_str(), Status::from_text("FAILED")),
        (2, "FAILED", Some(Status::Failed))
    );
}

struct Clock(&'static str);

impl FromNode for Clock {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, "a clock", cx)?;
        let key = fields.one_of(&["hour", "cron", "rate"], cx);
        fields.finish(cx);
        key.map(Clock)
    }
}

#[test]
fn exactly_one_of_several_keys_is_wanted() {
    let read = |text: &str| {
        let (mut files, mut sink) = (Files::new(), Sink::new());
        let clock = crate::load::<Clock>(&mut files, "c.yaml", text.into(), &mut sink).value;
        (clock.map(|c| c.0), lines(&files, &sink.into_sorted()))
    };
    assert_eq!(read("cron: x\n"), (Some("cron"), vec![]));
    assert_eq!(read("{}\n"), (None, vec!["1:1 PS0107 a clock needs exactly one of `hour`, `cron`, `rate`".into()]));
    assert_eq!(
        read("rate: x\nhour: y\n"),
        (Some("hour"), vec!["1:1 PS0107 `rate` and `hour` cannot stand together in a clock".into()])
    );
}

#[test]
fn an_alias_is_faulted_where_it_is_used_and_its_parts_where_they_stand() {
    let text = "name: &n [x]\nschedule: { hour: 1, timeZone: *n, inner: &i { hour: x } }\nsteps: []\n";
    let read = read(text);
    assert_eq!(
        lines(&read.files, &read.found),
        [
            "1:10 PS0101 `name` must be a string, got a list",
            "2:32 PS0101 `timeZone` must be a string, got a list",
            "2:54 PS0101 `hour` must be a whole number, got the string `x`",
        ]
    );
}

#[test]
fn errors_inside_a_place_can_be_asked_for() {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let parsed = crate::parse(&mut files, "t.yaml", "steps: [x]\nname: ok\n".into(), &mut sink);
    let root = parsed.root.unwrap();
    let _ = Pipeline::read(&root, &mut Cx::new(parsed.file, &mut sink));
    let place = |key| parsed.file.at(root.entry(key).unwrap().value.span);
    assert!(sink.has_errors_in(place("steps")));
    assert!(!sink.has_errors_in(place("name")));
}
