//! The graph of all pipelines → rows; a change of it → one statement.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{Change, Child, Committed, Entry, Link, Registry, StoreError};
use serde_json::{Value, json};

use super::data_api::{DataApi, Field};
use super::read;
use super::store::pipeline;
use super::{PostgresStore, out_of_range, read_json, statements, unavailable, write_json};

const VERSION: &str = "SELECT version FROM pipesynth.graph";

const ENTRY: &str = "SELECT CAST('' AS text) AS place, CAST(version AS text) AS mark, doc FROM pipesynth.pipeline
  WHERE id = CAST(:id AS text)";

const ENTRIES: &str = "SELECT id AS place, CAST(version AS text) AS mark, doc FROM pipesynth.pipeline
  WHERE id >= CAST(:place AS text)";

const DEPENDANTS: &str = "SELECT child FROM pipesynth.link
WHERE parent = CAST(:parent AS text) AND child > CAST(:child AS text)
ORDER BY child LIMIT CAST(:limit AS bigint)";

impl<D: DataApi> Registry for PostgresStore<D> {
    fn graph_version(&self) -> Result<u64, StoreError> {
        let what = "the version of the graph";
        let rows = self.run(what, VERSION, &[])?;
        let row = rows.first().ok_or_else(|| StoreError::Broken(format!("{what}: its row is missing")))?;
        let version = read::long(row, 0).map_err(|failure| unavailable(what, &failure))?;
        u64::try_from(version).map_err(|_| out_of_range(what, version))
    }

    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError> {
        let what = format!("pipeline `{id}`");
        let items = self.items(&what, ENTRY, &[("id", id.to_string().into())])?;
        items.first().map(|item| read_json(&what, &item.doc)).transpose()
    }

    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        let fixed = [("parent", Field::from(parent.to_string()))];
        let rows = read::names(&self.api, DEPENDANTS, vec![("child", "".into())], &fixed);
        let rows = rows.map_err(|failure| unavailable(&format!("the children of `{parent}`"), &failure))?;
        rows.iter().map(|row| pipeline(row, 0)).collect()
    }

    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        let items = self.items("the pipelines", ENTRIES, &[])?;
        items.iter().map(|item| read_json(&format!("pipeline `{}`", item.place), &item.doc)).collect()
    }

    fn apply(&self, change: &Change) -> Result<Committed, StoreError> {
        let what = "a change of the graph";
        once(&change.entries)?;
        let entries = change.entries.iter().map(row_of).collect::<Result<Vec<Value>, _>>()?;
        let (link, unlink) = links(change);
        let parameters = [
            ("graph", super::long("the version of the graph", change.graph)?),
            ("entries", write_json(what, &entries)?),
            ("link", write_json(what, &link)?),
            ("unlink", write_json(what, &unlink)?),
        ];
        let Some(row) = self.write(what, statements::APPLY, &parameters)? else { return Ok(Committed::Conflict) };
        let written = read::boolean(&row, 0).map_err(|failure| unavailable(what, &failure))?;
        Ok(if written { Committed::Done } else { Committed::Conflict })
    }
}

/// Refuses a change that writes an entry twice: which of the two was meant?
fn once(entries: &[Entry]) -> Result<(), StoreError> {
    let mut names = BTreeSet::new();
    match entries.iter().find(|entry| !names.insert(&entry.id)) {
        None => Ok(()),
        Some(entry) => Err(StoreError::Broken(format!("a change of the graph writes pipeline `{}` twice", entry.id))),
    }
}

/// An entry as the statement reads it. A registration whose condition does not compile is refused: every event would stumble over it.
fn row_of(entry: &Entry) -> Result<Value, StoreError> {
    let what = format!("pipeline `{}`", entry.id);
    let broken = |error: &dyn std::fmt::Display| StoreError::Broken(format!("{what}: {error}"));
    let child = entry.registered().cloned().map(Child::new).transpose().map_err(|error| broken(&error))?;
    let spec = child.as_ref().and_then(|child| child.spec.as_ref());
    Ok(json!({
        "id": entry.id, "version": entry.version, "incarnation": entry.incarnation,
        "live": child.is_some(), "clock": spec.is_some_and(pipesynth_engine::Spec::needs_clock),
        "doc": serde_json::to_string(entry).map_err(|error| broken(&error))?,
    }))
}

/// The links to write and to remove. One statement changes a row once: of a link that is in both lists, what would be left by writing
/// first and removing then.
fn links(change: &Change) -> (Vec<Link>, Vec<Link>) {
    let newest = |links: &[Link]| {
        let mut newest = BTreeMap::<(PipelineId, PipelineId), u64>::new();
        for link in links {
            let version = newest.entry((link.parent.clone(), link.child.clone())).or_default();
            *version = link.version.max(*version);
        }
        newest
    };
    let (link, unlink) = (newest(&change.link), newest(&change.unlink));
    let list = |links: &BTreeMap<(PipelineId, PipelineId), u64>,
                keep: &dyn Fn(&(PipelineId, PipelineId), u64) -> bool| {
        let kept = links.iter().filter(|(place, version)| keep(place, **version));
        kept.map(|((parent, child), version)| Link { parent: parent.clone(), child: child.clone(), version: *version })
            .collect()
    };
    let to_link = list(&link, &|place, version| unlink.get(place).is_none_or(|other| version >= *other));
    let to_unlink = list(&unlink, &|place, version| link.get(place).is_none_or(|other| version > *other));
    (to_link, to_unlink)
}
