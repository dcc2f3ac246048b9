//! The function's environment → settings; a request → the same request signed (SigV4).

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as compute};
use aws_sigv4::sign::v4;
use pipesynth_contract::names;
use pipesynth_stores::postgres::wire::Database;
use ureq::http::Uri;

use crate::outside::Request;

/// What the handlers need from the environment variables of their function. It has no `Debug`, for it holds credentials.
pub struct Settings {
    region: Result<String, String>,
    credentials: Result<Credentials, String>,
    dynamodb: Option<String>,
    states: Option<String>,
    events: Option<String>,
    emr: Option<String>,
    sns: Option<String>,
    secrets: Option<String>,
    channels: Option<String>,
    rds_data: Option<String>,
    lambda: Option<String>,
    trigger_bus: Option<String>,
    run_log_cluster: Option<String>,
    run_log_secret: Option<String>,
    sqs: Option<String>,
    notices: Option<String>,
    registry: Option<String>,
    slack: Option<String>,
    slack_table: String,
    slack_dead_letters: Option<String>,
    runs_table: String,
    state_table: String,
}

impl Settings {
    /// Reads the variables that the Lambda service sets (`AWS_REGION`, `AWS_ACCESS_KEY_ID` …), ours
    /// ([`names::ENV_REGISTRY_URL`] …), and the endpoint overrides of all AWS tools
    /// (`AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`). What is missing is an error only where it is needed.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let need = |name: &str| set(name).ok_or_else(|| format!("environment variable `{name}` is not set"));
        let credentials = need("AWS_ACCESS_KEY_ID").and_then(|key| {
            let secret = need("AWS_SECRET_ACCESS_KEY")?;
            Ok(Credentials::new(key, secret, set("AWS_SESSION_TOKEN"), None, "environment"))
        });
        Self {
            region: need("AWS_REGION").or_else(|e| set("AWS_DEFAULT_REGION").ok_or(e)),
            credentials,
            dynamodb: set("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| set("AWS_ENDPOINT_URL")),
            states: set("AWS_ENDPOINT_URL_SFN").or_else(|| set("AWS_ENDPOINT_URL")),
            events: set("AWS_ENDPOINT_URL_EVENTS").or_else(|| set("AWS_ENDPOINT_URL")),
            emr: set("AWS_ENDPOINT_URL_EMR").or_else(|| set("AWS_ENDPOINT_URL")),
            sns: set("AWS_ENDPOINT_URL_SNS").or_else(|| set("AWS_ENDPOINT_URL")),
            secrets: set("AWS_ENDPOINT_URL_SECRETS_MANAGER").or_else(|| set("AWS_ENDPOINT_URL")),
            channels: set(names::ENV_CHANNELS_URL),
            rds_data: set("AWS_ENDPOINT_URL_RDS_DATA").or_else(|| set("AWS_ENDPOINT_URL")),
            sqs: set("AWS_ENDPOINT_URL_SQS").or_else(|| set("AWS_ENDPOINT_URL")),
            notices: set(names::ENV_NOTICES_QUEUE),
            lambda: set("AWS_ENDPOINT_URL_LAMBDA").or_else(|| set("AWS_ENDPOINT_URL")),
            trigger_bus: set(names::ENV_TRIGGER_BUS),
            run_log_cluster: set(names::ENV_RUN_LOG_CLUSTER),
            run_log_secret: set(names::ENV_RUN_LOG_SECRET),
            registry: set(names::ENV_REGISTRY_URL),
            slack: set(names::ENV_SLACK_URL),
            slack_dead_letters: set(names::ENV_SLACK_DEAD_LETTERS),
            slack_table: set(names::ENV_SLACK_TABLE).unwrap_or_else(|| names::TABLE_SLACK.to_owned()),
            runs_table: set(names::ENV_RUNS_TABLE).unwrap_or_else(|| names::TABLE_RUNS.to_owned()),
            state_table: set(names::ENV_STATE_TABLE).unwrap_or_else(|| names::TABLE_STATE.to_owned()),
        }
    }

    /// The endpoint of DynamoDB: an override, else the region's own.
    pub fn dynamodb(&self) -> Result<String, String> {
        self.endpoint("dynamodb", self.dynamodb.as_deref())
    }

    /// The endpoint of Step Functions: an override, else the region's own.
    pub fn states(&self) -> Result<String, String> {
        self.endpoint("states", self.states.as_deref())
    }

    /// The endpoint of EventBridge: an override, else the region's own.
    pub fn events(&self) -> Result<String, String> {
        self.endpoint("events", self.events.as_deref())
    }

    /// The endpoint of Amazon EMR: an override, else the region's own.
    pub fn emr(&self) -> Result<String, String> {
        self.endpoint("elasticmapreduce", self.emr.as_deref())
    }

    /// The endpoint of Amazon SNS: an override, else the region's own.
    pub fn sns(&self) -> Result<String, String> {
        self.endpoint("sns", self.sns.as_deref())
    }

    /// The endpoint of AWS Secrets Manager: an override, else the region's own.
    pub fn secrets(&self) -> Result<String, String> {
        self.endpoint("secretsmanager", self.secrets.as_deref())
    }

    /// Where messages to services outside AWS go instead, for tests: a server that gets host and path of each as its path.
    pub fn channels(&self) -> Option<&str> {
        self.channels.as_deref()
    }

    /// The endpoint of Amazon SQS: an override, else the region's own.
    pub fn sqs(&self) -> Result<String, String> {
        self.endpoint("sqs", self.sqs.as_deref())
    }

    /// The URL of the queue of what owners of pipelines are to be told.
    pub fn notices(&self) -> Result<&str, String> {
        let variable = names::ENV_NOTICES_QUEUE;
        self.notices.as_deref().ok_or_else(|| format!("environment variable `{variable}` is not set"))
    }

    /// The endpoint of the RDS Data API: an override, else the region's own.
    pub fn rds_data(&self) -> Result<String, String> {
        self.endpoint("rds-data", self.rds_data.as_deref())
    }

    /// The endpoint of AWS Lambda: an override, else the region's own.
    pub fn lambda(&self) -> Result<String, String> {
        self.endpoint("lambda", self.lambda.as_deref())
    }

    /// The bus for all triggers; none where each goes on its account's own.
    pub fn trigger_bus(&self) -> Option<&str> {
        self.trigger_bus.as_deref()
    }

    /// The database of the central state; none where the state is in the table.
    pub fn run_log(&self) -> Result<Option<Database>, String> {
        let Some(cluster) = &self.run_log_cluster else { return Ok(None) };
        let variable = names::ENV_RUN_LOG_SECRET;
        let secret =
            self.run_log_secret.as_ref().ok_or_else(|| format!("environment variable `{variable}` is not set"))?;
        let name = names::RUN_LOG_DATABASE.to_owned();
        Ok(Some(Database { cluster: cluster.clone(), secret: secret.clone(), name }))
    }

    fn endpoint(&self, service: &str, instead: Option<&str>) -> Result<String, String> {
        if let Some(endpoint) = instead {
            return Ok(format!("{}/", endpoint.trim_end_matches('/')));
        }
        let region = self.region.as_ref().map_err(String::clone)?;
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        Ok(format!("https://{service}.{region}.amazonaws.com{suffix}/"))
    }

    /// The table of the claims.
    pub fn runs_table(&self) -> &str {
        &self.runs_table
    }

    /// The table of the central state.
    pub fn state_table(&self) -> &str {
        &self.state_table
    }

    /// The table of the threads in Slack.
    pub fn slack_table(&self) -> &str {
        &self.slack_table
    }

    /// The URL of the queue of what cannot be told in Slack.
    pub fn slack_dead_letters(&self) -> Result<&str, String> {
        let variable = names::ENV_SLACK_DEAD_LETTERS;
        self.slack_dead_letters.as_deref().ok_or_else(|| format!("environment variable `{variable}` is not set"))
    }

    /// The URL of a path of the registry.
    pub fn registry(&self, path: &str) -> Result<String, String> {
        Self::central(names::ENV_REGISTRY_URL, self.registry.as_deref(), path)
    }

    /// The URL of a path of the Slack API of the central account.
    pub fn slack(&self, path: &str) -> Result<String, String> {
        Self::central(names::ENV_SLACK_URL, self.slack.as_deref(), path)
    }

    /// Only HTTPS, or HTTP to this very machine: the request carries the function's session token.
    fn central(variable: &str, base: Option<&str>, path: &str) -> Result<String, String> {
        let base = base.ok_or_else(|| format!("environment variable `{variable}` is not set"))?;
        let uri: Uri = base.parse().map_err(|_| format!("`{variable}` is no URL: `{base}`"))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => uri.host().is_some_and(is_loopback),
            _ => false,
        };
        if !secure || uri.query().is_some() {
            return Err(format!("`{variable}` must be `https://…` without `?`, got `{base}`"));
        }
        Ok(format!("{}{path}", base.trim_end_matches('/')))
    }

    /// Adds the signature's headers for a service (`execute-api`, `dynamodb`).
    pub fn sign(&self, request: &mut Request, service: &str, now: SystemTime) -> Result<(), String> {
        let region = self.region.as_ref().map_err(String::clone)?;
        let identity = self.credentials.as_ref().map_err(String::clone)?.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|e| format!("the request could not be signed: {e}"))?;
        let signable = SignableRequest::new(
            request.method,
            &request.url,
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            SignableBody::Bytes(&request.body),
        );
        let signed = signable.and_then(|signable| compute(signable, &params.into()));
        // The cause of a signing error may quote the URL, never the credentials.
        let (instructions, _) = signed.map_err(|e| format!("the request could not be signed: {e}"))?.into_parts();
        let (headers, _) = instructions.into_parts();
        request.headers.extend(headers.iter().map(|h| (h.name().to_owned(), h.value().to_owned())));
        Ok(())
    }
}

/// `localhost`, a name under it (RFC 6761 §6.3), or a loopback address.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|a| a.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        Settings::read(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn the_registry_is_reached_over_https_or_on_this_machine() {
        for base in [
            "https://api.example/prod",
            "https://api.example/prod/",
            "http://127.0.0.1:1/prod",
            "http://x.localhost:1/prod",
            "http://[::1]:1/prod",
        ] {
            let url = settings(&[("REGISTRY_URL", base)]).registry("/pipelines/1/a").unwrap();
            assert!(url.ends_with("/prod/pipelines/1/a"), "{url}");
        }
        for base in [
            "http://api.example",
            "http://localhost.example",
            "ftp://localhost",
            "https://a/?x=1",
            "api.example",
            "",
            "https://",
        ] {
            let error = settings(&[("REGISTRY_URL", base)]).registry("/p").unwrap_err();
            assert!(error.contains("REGISTRY_URL"), "{base}: {error}");
        }
    }

    #[test]
    fn dynamodb_is_the_regions_unless_overridden() {
        let endpoint = |pairs: &[(&str, &str)]| settings(pairs).dynamodb();
        assert_eq!(
            endpoint(&[("AWS_REGION", "eu-central-1")]).unwrap(),
            "https://dynamodb.eu-central-1.amazonaws.com/"
        );
        assert_eq!(endpoint(&[("AWS_REGION", "cn-north-1")]).unwrap(), "https://dynamodb.cn-north-1.amazonaws.com.cn/");
        let both = [("AWS_ENDPOINT_URL", "http://h:1"), ("AWS_ENDPOINT_URL_DYNAMODB", "http://d:2/")];
        assert_eq!(endpoint(&both).unwrap(), "http://d:2/");
        assert_eq!(endpoint(&both[..1]).unwrap(), "http://h:1/");
        assert!(endpoint(&[]).unwrap_err().contains("`AWS_REGION`"));
    }

    #[test]
    fn without_credentials_nothing_is_signed() {
        let mut request =
            Request { method: "PUT", url: "https://a/".into(), headers: vec![], body: vec![], max_answer: 0 };
        let partly = settings(&[("AWS_REGION", "r"), ("AWS_ACCESS_KEY_ID", "k")]);
        let error = partly.sign(&mut request, "execute-api", SystemTime::UNIX_EPOCH).unwrap_err();
        assert!(error.contains("`AWS_SECRET_ACCESS_KEY`"), "{error}");
        assert!(request.headers.is_empty());
    }
}
