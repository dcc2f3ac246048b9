//! A handler's name and environment → the bootstrap running under a Runtime API of our own.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::binary;
use crate::server::{Received, Reply, Server, reply};

pub const ACCESS_KEY: &str = "AKIDEXAMPLE";
pub const SECRET_KEY: &str = "top-secret-key";
pub const SESSION_TOKEN: &str = "top-secret-token";

const PATH: &str = "/2018-06-01/runtime";

/// A running function; killed when dropped.
pub struct Function {
    child: Child,
    api: Server,
    invocations: Sender<(Value, Duration)>,
    results: Receiver<Result<Value, Value>>,
    log: Arc<Mutex<String>>,
}

impl Function {
    /// Starts the bootstrap as the Lambda service does: a bare environment, and credentials in it.
    pub fn start(handler: &str, environment: &[(&str, &str)]) -> Self {
        let (invocations, queue) = channel();
        let (tell, results) = channel();
        let (queue, tell) = (Mutex::new(queue), Mutex::new(tell));
        let api = Server::start(move |request| runtime_api(request, &queue, &tell));
        let mut command = Command::new(binary::bootstrap());
        command.env_clear().stderr(Stdio::piped()).stdout(Stdio::null());
        command.envs([
            ("_HANDLER", handler),
            ("AWS_LAMBDA_RUNTIME_API", &format!("127.0.0.1:{}", api.port)),
            ("AWS_LAMBDA_FUNCTION_NAME", "under-test"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
            ("AWS_SESSION_TOKEN", SESSION_TOKEN),
        ]);
        command.envs(environment.iter().copied());
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (mut stderr, kept) = (child.stderr.take().unwrap(), log.clone());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(size @ 1..) = stderr.read(&mut buffer) {
                *kept.lock().unwrap() += &String::from_utf8_lossy(&buffer[..size]);
            }
        });
        Self { child, api, invocations, results, log }
    }

    /// Invokes with a payload and a time limit: the answer, or the error document.
    pub fn invoke(&self, payload: &Value, limit: Duration) -> Result<Value, Value> {
        self.send(payload, limit);
        self.result()
    }

    /// Invokes without waiting.
    pub fn send(&self, payload: &Value, limit: Duration) {
        self.invocations.send((payload.clone(), limit)).unwrap();
    }

    /// Waits for the outcome of an invocation.
    pub fn result(&self) -> Result<Value, Value> {
        let result = self.results.recv_timeout(Duration::from_secs(60));
        result.unwrap_or_else(|_| panic!("the function does not answer; its log: {}", self.log()))
    }

    /// Waits for the process to end by itself.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Its standard error so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// What it posted as initialization errors.
    pub fn init_errors(&self) -> Vec<Received> {
        let path = format!("{PATH}/init/error");
        self.api.received().into_iter().filter(|r| r.path == path).collect()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn runtime_api(
    request: &Received,
    queue: &Mutex<Receiver<(Value, Duration)>>,
    tell: &Mutex<Sender<Result<Value, Value>>>,
) -> Reply {
    let path = request.path.strip_prefix(PATH).unwrap_or_default();
    if path == "/invocation/next" {
        let Ok((payload, limit)) = queue.lock().unwrap().recv() else {
            // The test is over: leave the function waiting for its end.
            loop {
                thread::park();
            }
        };
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + limit;
        return Reply {
            status: 200,
            headers: vec![
                ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
                ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
                ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:1:function:x".to_owned()),
                ("content-type", "application/json".to_owned()),
            ],
            body: payload.to_string(),
        };
    }
    let result = match path.rsplit('/').next() {
        Some("response") => Ok(request.json()),
        _ => Err(request.json()),
    };
    // Nobody listens once the test is over.
    let _ = tell.lock().unwrap().send(result);
    reply(202, "{}")
}
