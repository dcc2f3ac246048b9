//! The templates that are deployed together → who is who by ARN, and what the receivers' policies say.

use std::rc::Rc;

use pipesynth_core::Json;

use crate::document::{Document, Resource};
use crate::policy::{Statement, listed, statements};

/// Templates of one organisation: the two account stacks, and one pipeline's where it is about one.
pub(crate) struct World<'w, 'a> {
    pub documents: Vec<&'w Document<'a>>,
}

impl<'w, 'a> World<'w, 'a> {
    /// A resource of any template, with its template.
    pub fn at(&self, arn: &str) -> Option<(&'w Document<'a>, Resource<'a>)> {
        self.documents.iter().find_map(|document| Some((*document, document.at(arn)?)))
    }

    /// The resources of a type, of all templates.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = (&'w Document<'a>, Resource<'a>)> {
        self.documents.iter().flat_map(move |document| document.of(kind).map(move |resource| (*document, resource)))
    }

    /// What the receiver's own policy says: of a queue, a topic, a bus, a function or an API.
    pub fn policy(&self, arn: &str) -> Rc<[Statement]> {
        let Some((document, receiver)) = self.at(arn) else { return Rc::new([]) };
        document.of_receivers.get(arn, || received(document, &receiver, arn))
    }
}

/// The statements of all policies of a template that are attached to a receiver.
fn received(document: &Document<'_>, receiver: &Resource<'_>, arn: &str) -> Vec<Statement> {
    let name = document.name_of(receiver);
    let mut found = Vec::new();
    for policy in document.all() {
        let holders = match policy.kind {
            "AWS::SQS::QueuePolicy" if receiver.kind == "AWS::SQS::Queue" => policy.get("Queues"),
            "AWS::SNS::TopicPolicy" if receiver.kind == "AWS::SNS::Topic" => policy.get("Topics"),
            "AWS::Events::EventBusPolicy" if receiver.kind == "AWS::Events::EventBus" => policy.get("EventBusName"),
            "AWS::Lambda::Permission" if receiver.kind == "AWS::Lambda::Function" => policy.get("FunctionName"),
            "AWS::SecretsManager::ResourcePolicy" if receiver.kind == "AWS::SecretsManager::Secret" => {
                policy.get("SecretId")
            }
            _ => continue,
        };
        let is_its = |text: &String| Some(text) == name.as_ref() || text == arn;
        if document.texts(holders).iter().any(is_its) {
            found.extend(attached(document, &policy, arn));
        }
    }
    if receiver.kind == "AWS::ApiGateway::RestApi" {
        found.extend(statements(document, receiver.get("Policy")));
        for resource in found.iter_mut().flat_map(|statement| &mut statement.resources) {
            if let Some(rest) = resource.strip_prefix("execute-api:/") {
                *resource = format!("{arn}/{rest}");
            }
        }
    }
    found
}

fn attached(document: &Document<'_>, policy: &Resource<'_>, receiver: &str) -> Vec<Statement> {
    if policy.kind == "AWS::Events::EventBusPolicy" {
        return listed(document, policy.get("Statement"));
    }
    if policy.kind == "AWS::SecretsManager::ResourcePolicy" {
        return statements(document, policy.get("ResourcePolicy"));
    }
    if policy.kind != "AWS::Lambda::Permission" {
        return statements(document, policy.get("PolicyDocument"));
    }
    let text = |property: &str| document.text(policy.get(property));
    let condition = |property: &str, key: &str| {
        text(property)
            .map(|value| ("ArnLike".to_owned(), key.to_owned(), vec![value]))
            .filter(|_| !policy.get(property).is_null())
    };
    let conditions = [condition("SourceArn", "aws:SourceArn"), condition("SourceAccount", "aws:SourceAccount")];
    vec![Statement {
        name: policy.id.to_owned(),
        allows: true,
        principals: text("Principal").into_iter().collect(),
        actions: text("Action").into_iter().collect(),
        service: String::new(),
        resources: vec![receiver.to_owned()],
        conditions: conditions.into_iter().flatten().collect(),
    }]
}

/// The items of a list; of anything else none.
pub(crate) fn items<'a>(value: &'a Json<'a>) -> impl Iterator<Item = &'a Json<'a>> {
    value.as_array().into_iter().flatten()
}
