//! Checked plans → the graph.

use std::collections::BTreeMap;
use std::path::Path;

use pipesynth_contract::expression::{self, Leaf};
use pipesynth_contract::starts::Operator;

use super::{Edge, Found, Graph, Group, Node, order};
use crate::plan::{Planned, Plans};
use crate::project::{relative, shown};

/// Account and lower-case name.
type Id = (Option<String>, String);

impl Graph {
    /// The graph of all plans. Files are shown from `root`. Of two pipelines with one identity, which is an error, the first counts.
    pub fn new(plans: &Plans, root: &Path) -> Self {
        let mut building = Building { aliases: aliases(plans), ..Building::default() };
        for planned in &plans.pipelines {
            building.found(planned, root);
        }
        for planned in &plans.pipelines {
            building.former_name(planned);
        }
        for planned in &plans.pipelines {
            building.waits(planned);
        }
        order::sorted(Graph { nodes: building.nodes, edges: building.edges })
    }

    /// The pipeline that a condition means by a name: the one that is called so, else the one that was.
    pub fn named(&self, account: Option<&str>, name: &str) -> Option<&Node> {
        let mut here = self.nodes.iter().filter(|node| node.account.as_deref() == account);
        let former = |node: &&Node| node.found.as_ref().is_some_and(|found| found.former.as_deref() == Some(name));
        here.clone().find(|node| node.name == name).or_else(|| here.find(former))
    }
}

/// Account → alias, over all organisations; the first one that knows an account counts.
fn aliases(plans: &Plans) -> BTreeMap<String, String> {
    let mut aliases = BTreeMap::new();
    for (alias, account) in plans.organizations.values().flat_map(|o| &o.accounts) {
        aliases.entry(account.id.clone()).or_insert_with(|| alias.clone());
    }
    aliases
}

#[derive(Default)]
struct Building {
    aliases: BTreeMap<String, String>,
    positions: BTreeMap<Id, usize>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl Building {
    fn found(&mut self, planned: &Planned, root: &Path) {
        let plan = &planned.plan;
        let found = Found {
            file: shown(&relative(&planned.source.file, root)),
            team: plan.team.clone(),
            description: plan.description.clone(),
            schedule: plan.trigger.schedule.as_ref().map(|s| s.contract()),
            executions: plan.trigger.executions.as_ref().map(|e| e.condition.clone()),
            operator: plan.trigger.operator,
            former: plan.renamed_from.as_ref().map(|old| old.value.to_ascii_lowercase()),
        };
        self.add(id(planned), &plan.display_name, Some(found));
    }

    /// Who waits for a former name waits for the pipeline that was called so.
    fn former_name(&mut self, planned: &Planned) {
        let (account, name) = id(planned);
        let Some(old) = &planned.plan.renamed_from else { return };
        if let Some(position) = self.positions.get(&(account.clone(), name)).copied() {
            self.positions.entry((account, old.value.to_ascii_lowercase())).or_insert(position);
        }
    }

    /// The position of a pipeline, which is added where it is new.
    fn add(&mut self, id: Id, display_name: &str, found: Option<Found>) -> usize {
        if let Some(position) = self.positions.get(&id) {
            return *position;
        }
        let (account, name) = id.clone();
        let alias = account.as_ref().and_then(|id| self.aliases.get(id)).cloned();
        self.nodes.push(Node { account, alias, name, display_name: display_name.to_owned(), found, in_cycle: false });
        self.positions.insert(id, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn waits(&mut self, planned: &Planned) {
        let Some(executions) = &planned.plan.trigger.executions else { return };
        let child = self.positions.get(&id(planned)).copied().unwrap_or_default();
        let ours = self.nodes[child].found.as_ref().and_then(|f| f.executions.as_ref());
        if ours != Some(&executions.condition) {
            return;
        }
        for parent in &executions.parents {
            self.add((parent.account.clone(), parent.name.to_ascii_lowercase()), &parent.name, None);
        }
        let mut leaves = Vec::new();
        collect(&executions.condition.condition, &mut Vec::new(), &mut leaves);
        for (leaf, groups) in leaves {
            let parent = self.add((leaf.account.clone(), leaf.name.clone()), &leaf.name, None);
            self.edges.push(Edge {
                parent,
                child,
                statuses: leaf.status.clone(),
                optional: leaf.optional,
                offset: leaf.offset,
                within: leaf.within,
                groups,
                in_cycle: false,
            });
        }
    }
}

fn id(planned: &Planned) -> Id {
    (planned.plan.account.as_ref().map(|a| a.id.clone()), planned.plan.name.clone())
}

/// All leaves with the groups around them. Recursion is as deep as the condition, which the file's own nesting bounds at 64.
fn collect<'a>(node: &'a expression::Node, around: &mut Vec<Group>, leaves: &mut Vec<(&'a Leaf, Vec<Group>)>) {
    let (operator, members) = match node {
        expression::Node::Leaf(leaf) => return leaves.push((leaf, around.clone())),
        expression::Node::AllOf { all_of } => (Operator::And, all_of),
        expression::Node::AnyOf { any_of } => (Operator::Or, any_of),
    };
    if around.is_empty() {
        around.push(Group { operator, number: None });
    }
    let groups = members.iter().filter(|m| !matches!(m, expression::Node::Leaf(_))).count();
    let mut number = 0;
    for member in members {
        let inner = match member {
            expression::Node::Leaf(_) => None,
            expression::Node::AllOf { .. } => Some(Operator::And),
            expression::Node::AnyOf { .. } => Some(Operator::Or),
        };
        if let Some(operator) = inner {
            number += 1;
            around.push(Group { operator, number: (groups > 1).then_some(number) });
            collect(member, around, leaves);
            around.pop();
        } else {
            collect(member, around, leaves);
        }
    }
}
