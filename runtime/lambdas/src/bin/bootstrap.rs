//! `_HANDLER` and the Lambda Runtime API → one of our handlers, invocation after invocation.

use std::process::ExitCode;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};

use pipesynth_aws::{Outside, Request, SHORT_ANSWER, Settings, World};
use pipesynth_lambdas::{Failure, handlers};
use serde_json::{Value, json};

/// Connections that are kept between requests.
const CONNECTIONS: usize = 4;

fn main() -> ExitCode {
    // The central functions make many requests to one service; a connection that was closed meanwhile is made anew.
    let world = World::keeping(CONNECTIONS);
    let name = std::env::var("_HANDLER").ok();
    let result = match handlers::find(name.as_deref()) {
        Ok(handler) => serve(handler, &world),
        Err(failure) => Err(refuse_to_start(&failure, &world).into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            world.log(&json!({ "level": "ERROR", "message": error.to_string() }));
            ExitCode::FAILURE
        }
    }
}

fn serve(handler: handlers::Handler, world: &World) -> Result<(), Error> {
    let settings = &Settings::read(|name| std::env::var(name).ok());
    let service = service_fn(|event: LambdaEvent<Value>| async move {
        let deadline = event.context.deadline();
        handler(&event.payload, deadline, settings, world)
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(lambda_runtime::run(service))
}

/// Tells the Lambda service why the function cannot start (Runtime API, "Initialization error"), and gives the failure back.
fn refuse_to_start(failure: &Failure, world: &World) -> Failure {
    let body = json!({ "errorType": failure.kind, "errorMessage": failure.message, "stackTrace": [] });
    if let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") {
        let request = Request {
            method: "POST",
            url: format!("http://{api}/2018-06-01/runtime/init/error"),
            headers: vec![("lambda-runtime-function-error-type".to_owned(), failure.kind.to_owned())],
            body: body.to_string().into_bytes(),
            max_answer: SHORT_ANSWER,
        };
        // It exits with an error either way; the log has the reason too.
        let _ = world.send(&request, Duration::from_secs(5));
    }
    failure.clone()
}
