//! A signed request as it came over the wire → whether AWS would accept its signature.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use crate::function::{ACCESS_KEY, SECRET_KEY, SESSION_TOKEN};
use crate::server::Received;

/// Computes the signature anew from what arrived, and checks scope, time and what is signed.
pub fn check(request: &Received, service: &str) {
    let stamp = request.header("x-amz-date").expect("a time stamp");
    let time = read_time(stamp);
    let age = SystemTime::now().duration_since(time).unwrap_or_else(|early| early.duration());
    assert!(age < Duration::from_secs(300), "signed at {stamp}");
    assert_eq!(request.header("x-amz-security-token"), Some(SESSION_TOKEN));

    let authorization = request.header("authorization").expect("a signature");
    let scope = format!("{ACCESS_KEY}/{}/eu-central-1/{service}/aws4_request", &stamp[..8]);
    assert_eq!(field(authorization, "Credential="), scope);
    let signed: Vec<&str> = field(authorization, "SignedHeaders=").split(';').collect();
    for needed in ["host", "x-amz-date", "x-amz-security-token"] {
        assert!(signed.contains(&needed), "{needed} is not signed: {signed:?}");
    }
    assert_eq!(field(authorization, "Signature="), signature(request, service, time, &signed));
}

fn signature(request: &Received, service: &str, time: SystemTime, signed: &[&str]) -> String {
    let identity = Credentials::new(ACCESS_KEY, SECRET_KEY, Some(SESSION_TOKEN.to_owned()), None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name(service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .unwrap();
    // The signer adds these itself.
    let own = ["x-amz-date", "x-amz-security-token"];
    let headers = signed.iter().filter(|name| !own.contains(name));
    let headers = headers.map(|name| (*name, request.header(name).expect("a signed header is sent")));
    let url = format!("http://{}{}", request.header("host").unwrap(), request.path);
    let body = SignableBody::Bytes(&request.body);
    let signable = SignableRequest::new(&request.method, url, headers, body).unwrap();
    sign(signable, &params.into()).unwrap().into_parts().1
}

fn field<'a>(authorization: &'a str, name: &str) -> &'a str {
    let start = authorization.find(name).expect(name) + name.len();
    authorization[start..].split(',').next().unwrap().trim()
}

fn read_time(stamp: &str) -> SystemTime {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).unwrap();
    let time = time.to_zoned_datetime(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    SystemTime::UNIX_EPOCH + Duration::from_secs(time.as_second().try_into().unwrap())
}
