//! Spec types as the pipeline crate has them, made by the macros and by hand; and their schema.

use indexmap::IndexMap;
use pipesynth_diag::{Cx, Fields, FromFields, FromNode, Node, Spanned, Text, schema, schemars, spec, spec_enum};

spec! {
    /// A pipeline.
    pub struct Pipeline: "a pipeline" {
        /// Its name.
        name: Option<Spanned<String>> => "name",
        /// Account id.
        account: Option<Spanned<Text>> => "account",
        /// Starts by the clock.
        schedule: Option<Schedule> => "schedule",
        /// Tags.
        tags: IndexMap<Spanned<String>, Spanned<String>> => "tags" or default,
        /// Settings.
        conf: IndexMap<String, Text> => "conf" or default,
        /// Steps in order.
        steps: Vec<Step> => "steps" else default,
    }

    /// When it starts.
    pub struct Schedule: "a schedule" {
        /// Hour.
        hour: Spanned<i64> => "hour",
        /// Minute.
        minute: Option<u32> => "minute",
        /// Zone.
        time_zone: Option<String> => "timeZone",
        /// Whether it runs.
        enabled: Option<bool> => "enabled",
        /// Factor.
        factor: Option<f64> => "factor",
        /// Boxed.
        inner: Option<Box<Schedule>> => "inner",
    }

    /// What all steps have.
    pub struct Common: "a step" {
        /// Name.
        name: Spanned<String> => "name",
        /// Status.
        when: Option<Spanned<Status>> => "when",
    }

    /// A Spark step.
    pub struct Spark: "a `spark` step" {
        /// Program.
        application: Spanned<String> => "application",
        /// Its arguments.
        arguments: Vec<Spanned<String>> => "arguments" or default,
    }

    /// A shell step.
    pub struct Shell: "a `shell` step" {
        /// Command.
        command: Spanned<String> => "command",
    }
}

spec_enum! {
    /// How it ended.
    pub enum Status: "a status" {
        /// Well.
        Succeeded => "SUCCEEDED" | "SUCCESS",
        /// Badly.
        Failed => "FAILED",
    }
    /// Kind of step.
    pub enum StepType: "a step type" {
        /// Spark.
        Spark => "spark",
        /// Shell.
        Shell => "shell",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Spark(Spark),
    Shell(Shell),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub common: Common,
    pub body: Body,
}

impl FromNode for Step {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, "a step", cx)?;
        let kind = fields.read::<Spanned<StepType>>("type", cx);
        let common = Common::read_fields(&mut fields, cx);
        let body = match kind?.value {
            StepType::Spark => {
                fields.rename("a `spark` step");
                Spark::read_fields(&mut fields, cx).map(Body::Spark)
            }
            StepType::Shell => {
                fields.rename("a `shell` step");
                Shell::read_fields(&mut fields, cx).map(Body::Shell)
            }
        };
        fields.finish(cx);
        Some(Self { common: common?, body: body? })
    }
}

impl schemars::JsonSchema for Step {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Step".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let spark = schema::merged([Common::json_schema(generator), Spark::json_schema(generator)]);
        let shell = schema::merged([Common::json_schema(generator), Shell::json_schema(generator)]);
        schema::tagged("type", [("spark", spark), ("shell", shell)])
    }
}

#[test]
fn the_schema_says_what_the_reader_takes() {
    let schema = schema::document::<Pipeline>().to_value();
    assert_eq!(schema["required"].to_string(), "[\"steps\"]");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["name"]["description"], "Its name.");
    assert_eq!(schema["properties"]["account"]["type"].to_string(), "[\"string\",\"number\",\"boolean\",\"null\"]");
    let schedule = &schema["$defs"]["Schedule"];
    assert_eq!(schedule["required"].to_string(), "[\"hour\"]");
    assert_eq!(schedule["properties"]["timeZone"]["type"].to_string(), "[\"string\",\"null\"]");
    let spark = &schema["$defs"]["Step"]["allOf"][0];
    assert_eq!(spark["if"]["properties"]["type"]["const"], "spark");
    assert_eq!(spark["then"]["required"].to_string(), "[\"name\",\"application\"]");
    assert_eq!(spark["then"]["properties"]["type"], true);
    let status = &schema["$defs"]["Status"]["oneOf"];
    assert_eq!((status[0]["const"].as_str(), status[0]["description"].as_str()), (Some("SUCCEEDED"), Some("Well.")));
    assert_eq!(status[1]["description"], "Another spelling of `SUCCEEDED`.");
}
