//! Threats 5, 7 and 8: speaking for a neighbour's pipeline, flooding the central account, writing into others' Slack channels.

use serde_json::Value;

use super::org::{A, B, CENTRAL, ORG, OUTSIDE, Org, REGION, cut, held_by, statements, works};
use super::policy::{Request, Verdict, identity, resource, texts};

/// A signed request to an API of the central account: the account of whoever signed is what the function sees.
fn signed(role: &str, account: &str, organisation: &str, path: &str) -> Request {
    let arn = format!("arn:aws:iam::{account}:role/{role}");
    let on = format!("arn:aws:execute-api:{REGION}:{CENTRAL}:abc/prod/{path}");
    Request::by(&arn, "execute-api:Invoke", &on).with("aws:PrincipalOrgID", organisation)
}

/// What the resource policy of an API says; `execute-api:/` stands for the API's own ARN.
fn api_takes(org: &Org, api: &str, request: &Request) -> bool {
    let mut all = statements(&org.central().get(api)["Policy"]);
    for statement in &mut all {
        let full = |on: String| on.replace("execute-api:/", &format!("arn:aws:execute-api:{REGION}:{CENTRAL}:abc/"));
        statement["Resource"] = texts(&statement["Resource"]).into_iter().map(full).collect::<Vec<_>>().into();
    }
    resource(&all, request) == Verdict::Allowed
}

/// Takes a condition away from the one statement of an API's policy.
fn open(org: &mut Org, api: &str, operator: &str, key: &str) {
    let statement = &mut org.resource("pipesynth-central", api)["Properties"]["Policy"]["Statement"];
    let statement = if statement.is_array() { &mut statement[0] } else { statement };
    cut(&mut statement["Condition"][operator], key);
}

/// API, the role that may call it, the path of its call, and the role in the user stack with the statement for it.
const APIS: [(&str, &str, &str, &str, &str); 2] = [
    (
        "RegistryApi",
        "pipesynth/registry-client-eu-central-1",
        "PUT/pipelines/111111111111/listings",
        "RegistrarRole",
        "Registry",
    ),
    ("SlackApi", "pipesynth/slack-caller-eu-central-1", "POST/messages", "SlackCallerRole", "Messages"),
];

#[test]
fn threat_5_and_8_only_the_organisations_own_functions_reach_the_apis() {
    for (api, role, path, id, sid) in APIS {
        works("the account's own function calls", |org| {
            let request = signed(role, A, ORG, path);
            api_takes(org, api, &request) && identity(&org.user(A).rights(id), &request) == Verdict::Allowed
        });
        let outsider = signed(role, OUTSIDE, "o-somebody0else", path);
        held_by(
            "aws:PrincipalOrgID",
            |org| api_takes(org, api, &outsider),
            |org| {
                open(org, api, "StringEquals", "aws:PrincipalOrgID");
            },
        );
        let admin = signed("admin", B, ORG, path);
        held_by(
            "aws:PrincipalArn",
            |org| api_takes(org, api, &admin),
            |org| {
                open(org, api, "ArnLike", "aws:PrincipalArn");
            },
        );
        let unsigned = |org: &Org| {
            let methods = org.central().of("AWS::ApiGateway::Method");
            methods.iter().any(|(_, method)| method["AuthorizationType"] != "AWS_IAM")
        };
        let (method, _) = Org::case_study().central().of("AWS::ApiGateway::Method").remove(0);
        held_by("AWS_IAM", unsigned, |org| {
            org.resource("pipesynth-central", &method)["Properties"]["AuthorizationType"] = "NONE".into();
        });
        let elsewhere = signed(role, A, ORG, "GET/graph");
        held_by(
            sid,
            |org| identity(&org.user(A).rights(id), &elsewhere) == Verdict::Allowed,
            |org| {
                org.statement("pipesynth-user", id, sid)["Resource"] = "*".into();
            },
        );
    }
}

#[test]
fn threat_5_the_registrar_of_an_account_registers_no_pipeline_of_another() {
    // Whoever rules account B may make a role of the same name with other rights: then the function refuses (runtime/lambdas).
    let foreign = signed(APIS[0].1, B, ORG, APIS[0].2);
    held_by(
        "Registry",
        |org| identity(&org.user(B).rights("RegistrarRole"), &foreign) == Verdict::Allowed,
        |org| {
            let everybody = "arn:aws:execute-api:*:*:*/*/PUT/pipelines/*";
            org.statement("pipesynth-user", "RegistrarRole", "Registry")["Resource"] = everybody.into();
        },
    );
}

#[test]
fn threat_8_a_message_carries_the_account_that_signed_it() {
    let told = |org: &Org| {
        let (_, post) =
            org.central().of("AWS::ApiGateway::Method").into_iter().find(|(id, _)| id.starts_with("Slack")).unwrap();
        let template = post["Integration"]["RequestTemplates"]["application/json"].as_str().unwrap().to_owned();
        // The attribute is no part of the body, so nobody can write it.
        let attribute = "MessageAttribute.1.Value.StringValue=$context.identity.accountId";
        !template.contains(attribute) || !template.contains("$util.urlEncode($input.body)")
    };
    let (post, _) = Org::case_study()
        .central()
        .of("AWS::ApiGateway::Method")
        .into_iter()
        .find(|(id, _)| id.starts_with("Slack"))
        .unwrap();
    for (part, forged) in
        [("$context.identity.accountId", "$input.path('$.account')"), ("$util.urlEncode($input.body)", "$input.body")]
    {
        held_by(part, told, |org| {
            let template =
                &mut org.resource("pipesynth-central", &post)["Properties"]["Integration"]["RequestTemplates"];
            let text = template["application/json"].as_str().unwrap().replace(part, forged);
            template["application/json"] = text.into();
        });
    }
}

#[test]
fn threat_7_a_flood_waits_in_queues_and_is_taken_at_a_bounded_rate() {
    let rules = |org: &Org| {
        let all = org.central().of("AWS::Events::Rule").into_iter();
        let targets = all.filter(|(_, rule)| rule["EventPattern"].is_object());
        targets.flat_map(|(_, rule)| rule["Targets"].as_array().cloned().unwrap()).collect::<Vec<Value>>()
    };
    // A rule with a function behind it would start one for each event.
    let direct =
        |org: &Org| rules(org).iter().any(|target| !target["Arn"].as_str().unwrap().starts_with("arn:aws:sqs:"));
    held_by("the queue before the trigger manager", direct, |org| {
        let target = &mut org.resource("pipesynth-central", "TriggerEventsManager")["Properties"]["Targets"][0];
        target["Arn"] = format!("arn:aws:lambda:{REGION}:{CENTRAL}:function:pipesynth-trigger-manager").into();
    });
    let unbounded = |org: &Org| {
        let mappings = org.central().of("AWS::Lambda::EventSourceMapping").into_iter();
        let mut queues = mappings.filter(|(_, mapping)| mapping["EventSourceArn"].as_str().unwrap().contains(":sqs:"));
        queues.any(|(_, mapping)| !mapping["ScalingConfig"]["MaximumConcurrency"].is_u64())
    };
    held_by("ScalingConfig", unbounded, |org| {
        cut(&mut org.resource("pipesynth-central", "RunEventsToTriggerManager")["Properties"], "ScalingConfig");
    });
    let unthrottled = |org: &Org| {
        org.central().of("AWS::ApiGateway::Stage").iter().any(|(_, stage)| {
            let all = &stage["MethodSettings"][0];
            all["ResourcePath"] != "/*" || !all["ThrottlingRateLimit"].is_u64() || !all["ThrottlingBurstLimit"].is_u64()
        })
    };
    held_by("MethodSettings", unthrottled, |org| {
        cut(&mut org.resource("pipesynth-central", "RegistryStage")["Properties"], "MethodSettings");
    });
}
