//! Input that is made to hurt, or that no editor writes: each ends with a finding, in bounded time and memory.

use std::fs;

use super::refused;
use crate::arch::none;
use crate::support::{Scratch, root};

/// What a file must lead to: the code and the place of its first finding.
pub struct Case {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub code: &'static str,
    pub place: &'static str,
}

fn case(name: &'static str, bytes: impl Into<Vec<u8>>, code: &'static str, place: &'static str) -> Case {
    Case { name, bytes: bytes.into(), code, place }
}

const GOOD: &str = "name: a\nsteps: [{ name: a, type: shell, command: date }]\n";

pub fn cases() -> Vec<Case> {
    let deep = 10_000;
    let block: String = (0..deep).fold(String::new(), |text, level| text + &" ".repeat(level.min(90)) + "a:\n");
    let bomb = (1..9).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, n| {
        let before = format!("*a{}", n - 1);
        text + &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 9].join(", "))
    });
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(GOOD.bytes().flat_map(|byte| [byte, 0])).collect();
    let unknown: String = (0..5_000).map(|n| format!("key{n}: 1\n")).collect();
    vec![
        case("empty", "", "PS0004", "pipeline.yaml"),
        case("only-a-bom", "\u{feff}", "PS0004", "pipeline.yaml"),
        case("only-white-space", "\n  \n\n", "PS0004", "pipeline.yaml"),
        case("only-comments", "# later\n\n# more\n", "PS0004", "pipeline.yaml"),
        case("only-a-marker", "---\n", "PS0004", "pipeline.yaml"),
        case("null", "~\n", "PS0101", "pipeline.yaml:1:1"),
        case("a-word", "pipeline\n", "PS0101", "pipeline.yaml:1:1"),
        case("prose", "Dear team, this: is: not a pipeline\n", "PS0005", "pipeline.yaml:1:20"),
        case("json-cut-short", "{ \"name\": \"a\", \"steps\": [", "PS0005", "pipeline.yaml:1:"),
        case("latin-1", b"name: caf\xe9\n".to_vec(), "PS0002", "pipeline.yaml:1:10"),
        case("utf-16", utf16, "PS0002", "pipeline.yaml:1:1"),
        case("a-program", [b"\x7fELF\x02\x01\x01\0".as_slice(), &[0; 64]].concat(), "PS0003", "pipeline.yaml:1:1"),
        case("an-escape", "name: \"\u{1b}[31mred\"\n", "PS0003", "pipeline.yaml:1:8"),
        case("a-null-byte", "name: a\0\n", "PS0003", "pipeline.yaml:1:8"),
        case("tab-in-a-list", "steps:\n  - name: a\n\t  type: shell\n", "PS0006", "pipeline.yaml:3:1"),
        case("deep-block", block, "PS0007", "pipeline.yaml:"),
        case("deep-lists", "- ".repeat(deep), "PS0007", "pipeline.yaml:1:"),
        case("deep-brackets", "[".repeat(deep) + &"]".repeat(deep), "PS0007", "pipeline.yaml:1:65"),
        case("deep-braces", "{a: ".repeat(deep) + &"}".repeat(deep), "PS0007", "pipeline.yaml:1:"),
        case("deep-keys", "? ".repeat(deep), "PS0007", "pipeline.yaml:1:"),
        case("a-mebibyte-of-brackets", "[".repeat(1 << 20), "PS0007", "pipeline.yaml:1:65"),
        case("alias-bomb", bomb, "PS0008", "pipeline.yaml:"),
        case("alias-of-itself", "name: a\nsteps: &a [*a]\n", "PS0008", "pipeline.yaml:2:12"),
        case("unknown-alias", "name: a\nsteps: *b\n", "PS0005", "pipeline.yaml:2:8"),
        case(
            "one-long-line",
            GOOD.replacen("name: a", &format!("name: {}", "a".repeat(900_000)), 1),
            "PS0201",
            "pipeline.yaml:1:7",
        ),
        case("one-byte-too-many", " ".repeat((1 << 20) + 1), "PS0001", "pipeline.yaml"),
        case("thousands-of-unknown-keys", unknown, "PS0103", "pipeline.yaml:1:1"),
        case("six-hundred-addresses", addresses(600), "PS0301", "pipeline.yaml:1:7"),
        case("too-many-steps", steps(1_500), "PS0301", "pipeline.yaml:1:7"),
    ]
}

fn addresses(count: usize) -> String {
    let all: Vec<String> = (0..count).map(|n| format!("a{n}@example.com")).collect();
    format!(
        "{GOOD}notifications: {{ type: ON_FAILURE, targets: [{{ channel: EMAIL, addresses: [{}] }}] }}\n",
        all.join(", ")
    )
}

fn steps(count: usize) -> String {
    let all: String =
        (0..count).map(|n| format!("  - {{ name: s{n}, type: shell, command: date, timeout: 1h }}\n")).collect();
    format!("name: a\nsteps:\n{all}")
}

#[test]
fn hostile_files_end_with_a_finding_at_their_place() {
    let mut faults = Vec::new();
    for case in cases() {
        let scratch = Scratch::new(&format!("hostile-{}", case.name));
        scratch.write("pipeline.yaml", &case.bytes);
        let seen = refused(&scratch, &mut faults);
        let first: Vec<&str> = seen.lines().take(2).collect();
        let good = first[0].starts_with(&format!("error[{}]: ", case.code))
            && first[1].contains(&format!("--> {}", case.place));
        if !good {
            faults.push(format!("{}: expected {} at {}, got:\n{}", case.name, case.code, case.place, first.join("\n")));
        }
        // A screen of text, whatever the size of the file.
        if seen.len() > 200_000 {
            faults.push(format!("{}: {} bytes of findings", case.name, seen.len()));
        }
    }
    none(&faults, "bad input gets a clear error at its place");
}

#[test]
fn a_broken_pipesynth_yaml_is_refused_in_the_same_way() {
    let mut faults = Vec::new();
    for case in cases().iter().filter(|case| !matches!(case.code, "PS0103" | "PS0201" | "PS0301")) {
        let scratch = Scratch::new(&format!("hostile-organization-{}", case.name));
        scratch.write("pipesynth.yaml", &case.bytes);
        scratch.write("a/pipeline.yaml", GOOD);
        let seen = refused(&scratch, &mut faults);
        if !seen.contains(&format!("error[{}]: ", case.code)) || seen.contains("pipeline.yaml:") {
            faults.push(format!("{}: expected {} and nothing of pipeline.yaml, got:\n{seen}", case.name, case.code));
        }
    }
    none(&faults, "bad input gets a clear error at its place");
}

#[test]
fn hundreds_of_mistakes_are_cut_at_two_hundred_with_the_number_of_the_others() {
    let scratch = Scratch::new("hostile-many");
    let keys: String = (0..500).map(|n| format!("key{n}: 1\n")).collect();
    scratch.write("pipeline.yaml", format!("{GOOD}{keys}"));
    let seen = refused(&scratch, &mut Vec::new());
    assert!(seen.contains("error[PS0100]: 300 more findings in this file are not shown"), "{seen}");
    assert!(seen.ends_with("\n201 errors\n"));
}

#[cfg(target_os = "linux")]
mod bounded {
    //! The same through the real command, with bounds on its processor time and address space.

    use std::path::Path;
    use std::process::{Command, Output};

    use super::*;

    /// What the command needs at most, with all its schemas, beside the input.
    const KIBIBYTES: u32 = 256 << 10;
    /// In a debug build on a slow machine. What takes time by the square of the file's size takes minutes.
    const SECONDS: u32 = 20;

    fn validate(path: &Path) -> Output {
        let limits = format!("ulimit -v {KIBIBYTES} && ulimit -t {SECONDS} && exec \"$0\" validate \"$1\"");
        let command = ["-c", &limits, env!("CARGO_BIN_EXE_pipesynth")];
        Command::new("sh").args(command).arg(path).output().unwrap()
    }

    #[test]
    fn hostile_files_are_refused_in_bounded_time_and_memory() {
        let mut faults = Vec::new();
        for case in cases() {
            let scratch = Scratch::new(&format!("bounded-{}", case.name));
            scratch.write("pipeline.yaml", &case.bytes);
            let output = validate(scratch.path());
            if output.status.code() != Some(1) || !output.stdout.is_empty() {
                let err = String::from_utf8_lossy(&output.stderr);
                faults.push(format!("{}: {}, {}", case.name, output.status, err.lines().next().unwrap_or_default()));
            }
        }
        none(&faults, "a file of a mebibyte must not take more");
    }

    /// Files of up to a mebibyte in which one list or mapping is as long as it can be.
    fn wide() -> Vec<(&'static str, String)> {
        let list = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(", ");
        let step = |keys: String| format!("name: a\nsteps: [{{ name: a, type: shell, command: date, {keys} }}]\n");
        let parents = list(50_000, &|n| format!("{{name: p{n}}}"));
        let settings = list(70_000, &|n| format!("k{n}: v"));
        let texts = list(20_000, &|_| "'{{ params.x }}'".to_owned());
        let tags = list(60_000, &|n| format!("t{n}: v"));
        vec![
            (
                "parents",
                format!("{GOOD}account: '111111111111'\ntrigger: {{ executions: {{ allOf: [{parents}] }} }}\n"),
            ),
            ("addresses", addresses(40_000)),
            (
                "settings",
                format!("{GOOD}cluster: {{ configurations: [{{ classification: c, properties: {{{settings}}} }}] }}\n"),
            ),
            (
                "unknown-parameters",
                step(format!("arguments: [{texts}]"))
                    + &format!("params: {{{}}}\n", list(30_000, &|n| format!("k{n}: v"))),
            ),
            (
                "unknown-words",
                format!("{GOOD}cluster: {{ applications: [{}] }}\n", list(90_000, &|_| "Sprk".to_owned())),
            ),
            ("tags", format!("{GOOD}tags: {{{tags}}}\n")),
            (
                "files",
                format!(
                    "name: a\nsteps: [{}]\n",
                    list(18_000, &|n| format!("{{name: s{n}, type: spark, application: c{n}}}"))
                ),
            ),
        ]
    }

    #[test]
    fn time_does_not_grow_by_the_square_of_the_file() {
        let mut faults = Vec::new();
        for (name, text) in wide() {
            assert!(text.len() < 1 << 20, "{name}: {} bytes", text.len());
            let scratch = Scratch::new(&format!("wide-{name}"));
            scratch.write("pipesynth.yaml", fs::read(root().join("tests/fixtures/base/pipesynth.yaml")).unwrap());
            scratch.write("pipeline.yaml", text);
            let output = validate(scratch.path());
            if output.status.code() != Some(1) {
                faults.push(format!("{name}: {}", output.status));
            }
        }
        none(&faults, "a file of a mebibyte must not take more");
    }

    #[test]
    fn a_file_of_100_megabytes_is_refused_unread() {
        let scratch = Scratch::new("bounded-100-mb");
        scratch.write("pipeline.yaml", "");
        // Sparse: it takes no room on the disk.
        fs::File::options().write(true).open(scratch.at("pipeline.yaml")).unwrap().set_len(100_000_000).unwrap();
        let output = validate(scratch.path());
        let err = scratch.without_path(&String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(1), "{err}");
        insta::assert_snapshot!(err, @"
        error[PS0001]: file is too large: 96 MiB, at most 1 MiB is read
        --> pipeline.yaml
         = help: a pipeline file is a few kilobytes: is this the right file?

        1 error
        ");
    }

    #[test]
    fn a_device_without_an_end_is_not_read() {
        let output = validate(Path::new("/dev/zero"));
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{err}");
        assert_eq!(err, "error: `/dev/zero` cannot be read: it is neither a file nor a folder\n");
    }
}
