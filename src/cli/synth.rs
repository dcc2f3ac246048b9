//! `pipesynth synth` — templates.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Io;
use super::exit::{Exit, data, fail, written};
use super::load::{self, Environment, Loaded};
use crate::project::shown;
use crate::synth::{self, StackFile};

/// Write CloudFormation templates
///
/// Without --out, one template goes to stdout: the pipeline's, or the account stack that --stack names. With --out, the folder gets
/// the templates of all stacks, the pipelines' files and a manifest, in the cloud-assembly format that the AWS CDK CLI reads.
/// Nothing is written while there are errors.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth synth > template.json             the pipeline in the current folder
  pipesynth synth --stack user                the stack that every user account needs
  pipesynth synth teams --pipeline listings   one of many pipelines
  pipesynth synth teams --out cdk.out         all of them; then: npx cdk ls --app cdk.out")]
pub struct Args {
    /// A pipeline file, a project folder, or a folder that holds many projects
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    environment: Environment,

    /// Which stack
    #[arg(long, value_enum, default_value_t = Which::Pipeline, conflicts_with = "out")]
    stack: Which,

    /// Which pipeline, where PATH holds several
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,

    /// Write the whole assembly into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "pipeline")]
    out: Option<PathBuf>,

    /// How the template on stdout is written
    #[arg(long, value_enum, default_value_t = Format::Json, value_name = "FORMAT", conflicts_with = "out")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Which {
    /// The pipeline's own
    Pipeline,
    /// The central account's
    Central,
    /// The stack of every account in which pipelines run
    User,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// JSON
    Json,
    /// YAML
    Yaml,
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    let loaded = match load::load(&args.path, &args.environment, io) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    match (&args.out, args.stack) {
        (Some(folder), _) => assembly(loaded, args, folder, io),
        (None, Which::Pipeline) => pipeline(loaded, args, io),
        (None, Which::Central | Which::User) => account(loaded, args, io),
    }
}

fn pipeline(mut loaded: Loaded, args: &Args, io: &mut Io<'_>) -> Exit {
    if let Some(name) = &args.pipeline {
        loaded.about(name);
    }
    if loaded.sink.has_errors() {
        return load::report(&loaded.files, loaded.sink, io);
    }
    let chosen: Vec<usize> = match &args.pipeline {
        None => (0..loaded.plans.pipelines.len()).collect(),
        Some(name) => {
            let wanted = name.to_ascii_lowercase();
            let all = loaded.plans.pipelines.iter().enumerate();
            all.filter(|(_, p)| p.plan.name == wanted).map(|(i, _)| i).collect()
        }
    };
    let one = match chosen.as_slice() {
        [one] => loaded.plans.pipelines.get(*one),
        _ => None,
    };
    let Some(planned) = one else { return not_one(&loaded, chosen.len(), args, io) };
    let accounts = synth::Accounts::new(synth::options(loaded.plans.organizations.values().next()));
    let stack = synth::pipeline(planned, Some(&accounts.prover()), &loaded.files, &mut loaded.sink);
    print(stack, loaded, args, io)
}

/// None, or several: one template is what stdout can take.
fn not_one(loaded: &Loaded, matching: usize, args: &Args, io: &mut Io<'_>) -> Exit {
    let names: Vec<String> = loaded.plans.pipelines.iter().map(|p| format!("`{}`", p.plan.display_name)).collect();
    let names = names.join(", ");
    match (&args.pipeline, names.is_empty()) {
        (_, true) => load::nothing(&args.path, io),
        (Some(name), _) if matching == 0 => {
            let message = format!("no pipeline named `{name}` under `{}`", shown(&args.path));
            fail(io.err, Exit::Usage, &message, &[&format!("there are {names}")])
        }
        (Some(name), _) => {
            let message = format!("{matching} accounts have a pipeline named `{name}`");
            fail(io.err, Exit::Usage, &message, &["give the project's own folder as PATH"])
        }
        (None, _) => {
            let message = format!(
                "`{}` holds {} pipelines, and stdout takes one template",
                shown(&args.path),
                loaded.plans.pipelines.len()
            );
            let hints = [
                format!("pick one with `--pipeline NAME`: {names}"),
                "or write all of them with `--out DIR`".to_owned(),
            ];
            fail(io.err, Exit::Usage, &message, &hints.each_ref().map(String::as_str))
        }
    }
}

/// Needs pipesynth.yaml alone; broken pipelines do not stop it, a broken pipesynth.yaml does.
fn account(mut loaded: Loaded, args: &Args, io: &mut Io<'_>) -> Exit {
    if loaded.plans.organizations.is_empty() {
        if loaded.sink.has_errors() {
            return load::report(&loaded.files, loaded.sink, io);
        }
        let message = format!("no pipesynth.yaml at or above `{}`", shown(&args.path));
        return fail(
            io.err,
            Exit::Usage,
            &message,
            &["the account stacks belong to an organisation; see `pipesynth schema organization`"],
        );
    }
    let accounts = synth::Accounts::new(synth::options(loaded.plans.organizations.values().next()));
    let [central, user] = accounts.stacks();
    let stack = if args.stack == Which::Central { central } else { user };
    let mut sink = pipesynth_diag::Sink::default();
    let stack = synth::account(stack, Some(&accounts.prover()), &loaded.files, &mut sink);
    loaded.sink = sink;
    print(stack, loaded, args, io)
}

fn print(stack: Option<StackFile>, loaded: Loaded, args: &Args, io: &mut Io<'_>) -> Exit {
    let exit = load::report(&loaded.files, loaded.sink, io);
    let (Some(stack), Exit::Done) = (stack, exit) else { return exit };
    let too_large = stack.usage.needs_s3().then_some((stack.stack.as_str(), stack.usage.bytes));
    if let Err(exit) = large(too_large, io) {
        return exit;
    }
    let text = match args.format {
        Format::Json => Some(stack.json),
        Format::Yaml => stack.yaml(),
    };
    let Some(text) = text else { return fail(io.err, Exit::Refused, "the template cannot be written as YAML", &[]) };
    data(io, text.as_bytes(), exit)
}

fn assembly(mut loaded: Loaded, args: &Args, folder: &std::path::Path, io: &mut Io<'_>) -> Exit {
    if loaded.pipelines == 0 && !loaded.organization_here && !loaded.sink.has_errors() {
        return load::nothing(&args.path, io);
    }
    if loaded.plans.organizations.len() > 1 {
        let files: Vec<String> = loaded.plans.organizations.keys().map(|f| format!("`{}`", shown(f))).collect();
        let message = format!("`{}` holds projects of several organisations: {}", shown(&args.path), files.join(", "));
        return fail(
            io.err,
            Exit::Usage,
            &message,
            &["an assembly belongs to one; write each into a folder of its own"],
        );
    }
    let (root, here) = (&loaded.root, &loaded.here);
    let staged = match loaded.sink.has_errors() {
        true => Ok(None),
        false => synth::assembly(&loaded.plans, root, here, folder, &loaded.files, &mut loaded.sink),
    };
    let staged = match staged {
        Ok(staged) => staged,
        Err(unwritten) => return refused(&unwritten, io),
    };
    let exit = load::report(&loaded.files, loaded.sink, io);
    let (Some(staged), Exit::Done) = (staged, exit) else { return exit };
    let (stacks, too_large) = (staged.stacks(), staged.large().to_vec());
    match staged.commit() {
        Err(unwritten) => refused(&unwritten, io),
        Ok(changes) => {
            if let Err(exit) = large(too_large.iter().map(|(stack, bytes)| (stack.as_str(), *bytes)), io) {
                return exit;
            }
            let removed = match changes.removed {
                0 => String::new(),
                n => format!(", {n} removed"),
            };
            let text = format!(
                "{stacks} template{} in `{}`, {} file{} changed{removed}\n",
                plural(stacks),
                shown(folder),
                changes.written,
                plural(changes.written)
            );
            written(io.err.write_all(text.as_bytes()), Exit::Done)
        }
    }
}

fn refused(unwritten: &synth::WriteFault, io: &mut Io<'_>) -> Exit {
    let message = format!("`{}` cannot be written: {}", shown(&unwritten.path), unwritten.fault);
    fail(io.err, Exit::Refused, &message, &[])
}

/// Says which templates are too large for the deploy's request.
fn large<'a>(stacks: impl IntoIterator<Item = (&'a str, usize)>, io: &mut Io<'_>) -> Result<(), Exit> {
    for (stack, bytes) in stacks {
        let text = format!(
            "note: the template of `{stack}` has {bytes} bytes; over {} it must lie in S3 when it is deployed\n",
            pipesynth_core::limits::INLINE_BYTES
        );
        io.err.write_all(text.as_bytes()).map_err(|_| Exit::Refused)?;
    }
    Ok(())
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
