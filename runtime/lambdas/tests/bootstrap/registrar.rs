//! The registrar handler against a registry and a CloudFormation on loopback → what both get over the wire.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pipesynth_contract::registration::Registration;
use serde_json::{Value, json};

use crate::function::{Function, SECRET_KEY, SESSION_TOKEN};
use crate::server::{Received, Reply, Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(30);
const PRESIGNED: &str = "/presigned?X-Amz-Signature=top-secret-signature&X-Amz-Expires=7200";

/// Takes what CloudFormation takes: a PUT with an empty content type, a length, and nothing that the URL was not signed for.
fn cloudformation() -> Server {
    Server::start(take)
}

fn take(request: &Received) -> Reply {
    let as_signed = request.method == "PUT"
        && request.path == PRESIGNED
        && request.header("content-type") == Some("")
        && request.header("content-length").is_some()
        && request.header("authorization").is_none()
        && request.body.len() <= 4096;
    reply(if as_signed { 200 } else { 403 }, "")
}

/// A registry that checks every signature.
fn registry(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        sigv4::check(request, "execute-api");
        answer(request)
    })
}

fn start(registry: &str) -> Function {
    Function::start("registrar", &[("REGISTRY_URL", registry)])
}

fn request(kind: &str, cloudformation: &Server, physical_id: Option<&str>) -> Value {
    let mut request = json!({
        "RequestType": kind, "ResponseURL": cloudformation.url(PRESIGNED),
        "StackId": "arn:aws:cloudformation:eu-central-1:333333333333:stack/pipesynth-pipeline-x/0",
        "RequestId": "r-1", "ResourceType": "Custom::PipesynthRegistration", "LogicalResourceId": "Registration",
        "ResourceProperties": {
            "ServiceToken": "arn:aws:lambda:eu-central-1:333333333333:function:pipesynth-registrar", "ServiceTimeout": "120",
            "Pipeline": "pipeline-x", "DisplayName": "pipeline-X", "Timezone": "Europe/Berlin", "SpecHash": "9f2c",
            "Trigger": {"executions": {"condition": {"allOf": [
                {"account": "111111111111", "name": "listings", "status": ["SUCCEEDED"]},
                {"name": "searches", "status": ["SUCCEEDED"], "optional": "false"}]},
                "correlate": "day", "within": "24h", "onRerun": "refire"}}
        }
    });
    if let Some(id) = physical_id {
        request["PhysicalResourceId"] = json!(id);
    }
    request
}

/// The one answer that CloudFormation took.
fn told(cloudformation: &Server) -> Value {
    let received = cloudformation.received();
    received.last().expect("CloudFormation is told").json()
}

#[test]
fn a_pipeline_is_registered_and_taken_out_with_signed_requests() {
    let cloudformation = cloudformation();
    let registry = registry(|_| reply(200, r#"{"warnings":[]}"#));
    let function = start(&registry.url("/prod/"));
    let result = function.invoke(&request("Create", &cloudformation, None), LIMIT);
    assert_eq!(result, Ok(json!({"status": "SUCCESS"})));
    assert_eq!(
        told(&cloudformation),
        json!({
            "Status": "SUCCESS", "PhysicalResourceId": "333333333333/pipeline-x", "RequestId": "r-1", "LogicalResourceId": "Registration",
            "StackId": "arn:aws:cloudformation:eu-central-1:333333333333:stack/pipesynth-pipeline-x/0"
        })
    );

    let put = &registry.received()[0];
    assert_eq!((put.method.as_str(), put.path.as_str()), ("PUT", "/prod/pipelines/333333333333/pipeline-x"));
    let registration: Registration = serde_json::from_slice(&put.body).unwrap();
    let condition = registration.trigger.executions.unwrap().condition;
    let parents: Vec<_> =
        condition.leaves().iter().map(|l| format!("{}/{}", l.account.as_ref().unwrap(), l.name)).collect();
    assert_eq!(parents, ["111111111111/listings", "333333333333/searches"]);

    let delete = request("Delete", &cloudformation, Some("333333333333/pipeline-x"));
    assert_eq!(function.invoke(&delete, LIMIT), Ok(json!({"status": "SUCCESS"})));
    let delete = &registry.received()[1];
    assert_eq!((delete.method.as_str(), delete.path.as_str()), ("DELETE", "/prod/pipelines/333333333333/pipeline-x"));
}

#[test]
fn a_cycle_fails_the_deploy_with_its_path_even_when_the_text_is_long() {
    let cloudformation = cloudformation();
    let refusal = json!({"message": format!("cycle: {}", "é\"".repeat(3000))}).to_string();
    let registry = registry(move |_| reply(409, refusal.clone()));
    start(&registry.url("")).invoke(&request("Create", &cloudformation, None), LIMIT).unwrap();
    let told = told(&cloudformation);
    assert_eq!(told["Status"], "FAILED");
    assert!(told["Reason"].as_str().unwrap().contains("HTTP 409: cycle: é\""), "{told}");
    assert_eq!(cloudformation.received().len(), 1);
}

#[test]
fn a_registry_that_hangs_is_told_before_the_function_ends() {
    let cloudformation = cloudformation();
    let registry = Server::start(|_| {
        thread::sleep(Duration::from_secs(600));
        reply(200, "{}")
    });
    let function = start(&registry.url(""));
    let (begin, limit) = (Instant::now(), Duration::from_secs(6));
    assert_eq!(function.invoke(&request("Create", &cloudformation, None), limit), Ok(json!({"status": "FAILED"})));
    assert!(begin.elapsed() < limit, "told after {:?}", begin.elapsed());
    let told = told(&cloudformation);
    assert!(told["Reason"].as_str().unwrap().ends_with("no answer in time"), "{told}");
    assert_eq!(told["PhysicalResourceId"], "333333333333/pipeline-x");
}

#[test]
fn cloudformation_is_told_again_until_it_has_heard() {
    let tries = AtomicUsize::new(0);
    let cloudformation = Server::start(move |request| match tries.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => reply(503, ""),
        _ => take(request),
    });
    let registry = registry(|_| reply(204, ""));
    let result = start(&registry.url("")).invoke(&request("Create", &cloudformation, None), LIMIT);
    assert_eq!((result, cloudformation.received().len()), (Ok(json!({"status": "SUCCESS"})), 3));
}

#[test]
fn an_https_registry_is_spoken_to_in_tls_and_gets_nothing_in_the_clear() {
    let cloudformation = cloudformation();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let first = thread::spawn(move || {
        let mut bytes = [0; 3];
        listener.accept().unwrap().0.read_exact(&mut bytes).unwrap();
        bytes
    });
    let result = start(&url).invoke(&request("Create", &cloudformation, None), Duration::from_secs(4));
    assert_eq!(result, Ok(json!({"status": "FAILED"})));
    // A TLS handshake record (RFC 8446 §5.1).
    assert_eq!(first.join().unwrap(), [22, 3, 1]);
}

/// A client library panics where the system refuses a thread. Bounding the address space brings that about from outside.
#[test]
fn a_panic_in_the_real_binary_is_answered() {
    let cloudformation = cloudformation();
    let registry = registry(|_| reply(200, "{}"));
    let function = start(&registry.url(""));
    // One good invocation, so that everything is in memory that is needed.
    function.invoke(&request("Create", &cloudformation, None), LIMIT).unwrap();
    // Less than the stack of a thread, more than all else takes.
    limit_memory(function.process_id(), Some(1_000_000));
    function.send(&request("Update", &cloudformation, Some("333333333333/pipeline-x")), LIMIT);
    thread::sleep(Duration::from_secs(1));
    limit_memory(function.process_id(), None);
    assert_eq!(function.result(), Ok(json!({"status": "FAILED"})), "{}", function.log());
    let told = told(&cloudformation);
    assert!(told["Reason"].as_str().unwrap().contains("the registrar itself failed"), "{told}");
    assert_eq!(registry.received().len(), 1);
    // And it serves on.
    let next = function.invoke(&request("Create", &cloudformation, None), LIMIT);
    assert_eq!(next, Ok(json!({"status": "SUCCESS"})));
}

/// Bounds the address space of a process to what it has now and `more` bytes; `None` lifts the bound. `prlimit` is of util-linux.
fn limit_memory(process: u32, more: Option<u64>) {
    let bound = more.map_or("unlimited".to_owned(), |more| {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmSize:")).unwrap();
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        (kilobytes * 1024 + more).to_string()
    });
    let command = Command::new("prlimit").args([format!("--pid={process}"), format!("--as={bound}:")]).status();
    assert!(command.expect("prlimit of util-linux is installed").success());
}

#[test]
fn no_secret_reaches_the_log() {
    let cloudformation = Server::start(|_| reply(403, "<Error>SignatureDoesNotMatch</Error>"));
    let registry = registry(|_| reply(400, r#"{"message":"no"}"#));
    let function = start(&registry.url(""));
    let error = function.invoke(&request("Create", &cloudformation, None), Duration::from_secs(8)).unwrap_err();
    assert_eq!(error["errorType"], "AnswerNotDelivered", "{error}");
    let written = format!("{}{error}", function.log());
    assert!(written.contains("\"handler\":\"registrar\""), "{written}");
    for secret in [SECRET_KEY, SESSION_TOKEN, "top-secret-signature"] {
        assert!(!written.contains(secret), "{secret} in {written}");
    }
}
