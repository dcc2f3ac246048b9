//! The protocol's reads and conditional writes → statements.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{
    Child, Claims, Committed, Entry, MAX_TRIES, Move, Outgoing, Registered, Registry, Sending, Store, StoreError,
};
use pipesynth_engine::{Admission, Firing, Gate, Lane, Occurrence, RunKey, admission};

use super::data_api::{DataApi, Failure, Field};
use super::outbox::columns;
use super::read::{self, Item};
use super::{PostgresStore, long, read_json, statements, time, unavailable, write_json};
use crate::expiry;

const GATE: &str = "SELECT CAST('' AS text) AS place, CAST(ver AS text) AS mark, doc FROM pipesynth.gate
  WHERE child = CAST(:child AS text) AND key = CAST(:key AS text)";

const LANE: &str = "SELECT CAST('' AS text) AS place, CAST(ver AS text) AS mark, doc FROM pipesynth.lane
  WHERE child = CAST(:child AS text)";

const CHILDREN: &str = "SELECT p.id AS place, CAST(p.version AS text) AS mark, p.doc
  FROM pipesynth.link l JOIN pipesynth.pipeline p ON p.id = l.child
  WHERE l.parent = CAST(:parent AS text) AND p.live AND l.child >= CAST(:place AS text)";

const WITH_CLOCK: &str = "SELECT id AS place, CAST(version AS text) AS mark, doc FROM pipesynth.pipeline
  WHERE clock AND id >= CAST(:place AS text)";

const DUE: &str = "SELECT due, child, key FROM pipesynth.gate
WHERE due IS NOT NULL AND due <= CAST(:now AS bigint)
  AND (due, child, key) > (CAST(:due AS bigint), CAST(:child AS text), CAST(:key AS text))
ORDER BY due, child, key LIMIT CAST(:limit AS bigint)";

const HOLDING: &str = "SELECT key FROM pipesynth.gate
WHERE child = CAST(:child AS text) AND holds AND key > CAST(:key AS text)
ORDER BY key LIMIT CAST(:limit AS bigint)";

/// Goes from child to child in the index: one that has a thousand open firings is one step.
const UNSETTLED: &str = "WITH RECURSIVE open (child) AS (
  (SELECT child FROM pipesynth.firing WHERE NOT settled AND child > CAST(:child AS text) ORDER BY child LIMIT 1)
  UNION ALL
  SELECT (SELECT f.child FROM pipesynth.firing f WHERE NOT f.settled AND f.child > o.child ORDER BY f.child LIMIT 1)
  FROM open o WHERE o.child IS NOT NULL
)
SELECT child FROM open WHERE child IS NOT NULL LIMIT CAST(:limit AS bigint)";

impl<D: DataApi> Store for PostgresStore<D> {
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        let what = format!("the run log of `{}`", occurrence.parent);
        let parameters = [
            ("pipeline", Field::from(occurrence.parent.to_string())),
            ("at", long("the time of a run", occurrence.at)?),
            ("execution", (&*occurrence.execution).into()),
            ("status", occurrence.status.to_string().into()),
            ("run_key", occurrence.run_key.to_string().into()),
            ("started", long("the start of a run", occurrence.started)?),
            ("date", occurrence.date.to_string().into()),
            ("doc", write_json(&what, occurrence)?),
        ];
        if !occurrence.holds_its_key() {
            self.run(&what, statements::LOG_SKIPPED, &parameters)?;
            return Ok(Admission::Again);
        }
        let holder = self.first(&what, statements::LOG, &parameters)?;
        Ok(admission(holder.as_deref(), &occurrence.execution))
    }

    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        let items =
            self.items(&format!("the children of `{parent}`"), CHILDREN, &[("parent", parent.to_string().into())])?;
        let mut children = compiled(&items)?;
        children.retain(|child| child.listens_to(parent));
        Ok(children)
    }

    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        let registered = self.entry(id)?.and_then(|entry| entry.registered().cloned());
        registered.map(|registered| compile(registered).map(Arc::new)).transpose()
    }

    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError> {
        Ok(self.entry(id)?.as_ref().and_then(Entry::successor).cloned())
    }

    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        let what = format!("gate `{key}` of `{child}`");
        let items = self.items(&what, GATE, &[("child", child.to_string().into()), ("key", key.into())])?;
        items.first().map(|item| read_json(&what, &item.doc)).transpose()
    }

    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError> {
        let what = format!("gate `{}` of `{}`", gate.key, child.id());
        let mut parameters = vec![
            ("child", Field::from(child.id().to_string())),
            ("registered", long("the version of a registration", child.registered.version)?),
            ("key", (&*gate.key).into()),
            ("ver", long("the version of a gate", gate.ver)?),
            ("due", gate.due.map(time).into()),
            ("holds", gate.holds().into()),
            ("expires", expiry::of_gate(gate).map(|at| time(at.saturating_mul(1000))).into()),
            ("gate", write_json(&what, gate)?),
        ];
        if let Some(firing) = firing {
            parameters.push(("generation", long("the generation of a firing", firing.generation)?));
            parameters.push(("at", long("the time of a firing", firing.at)?));
            parameters.push(("state", columns(Sending::Pending)?.0.into()));
            parameters.push(("firing", write_json(&what, firing)?));
        }
        let sql = statements::commit(gate.ver == 1, firing.is_some());
        let Some(row) = self.write(&what, &sql, &parameters)? else { return Ok(Committed::Conflict) };
        let column = |column| read::boolean(&row, column).map_err(|failure| unavailable(&what, &failure));
        Ok(match (column(0)?, column(1)?) {
            (false, _) => Committed::Gone,
            (true, false) => Committed::Conflict,
            (true, true) => Committed::Done,
        })
    }

    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError> {
        let after = vec![("due", Field::from(-1)), ("child", "".into()), ("key", "".into())];
        let rows = read::names(&self.api, DUE, after, &[("now", time(now).into())]);
        let rows = rows.map_err(|failure| unavailable("the gates that are due", &failure))?;
        let place = |row: &Vec<Field>| Ok((pipeline(row, 1)?, read::text(row, 2).map_err(answer)?));
        let mut due: Vec<(PipelineId, String)> = rows.iter().map(place).collect::<Result<_, StoreError>>()?;
        due.sort();
        Ok(due)
    }

    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError> {
        let fixed = [("child", Field::from(child.to_string()))];
        let rows = read::names(&self.api, HOLDING, vec![("key", "".into())], &fixed);
        let rows = rows.map_err(|failure| unavailable(&format!("the gates of `{child}`"), &failure))?;
        rows.iter().map(|row| read::text(row, 0).map_err(answer)).collect()
    }

    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        compiled(&self.items("the pipelines that need a clock", WITH_CLOCK, &[])?)
    }

    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError> {
        let rows = read::names(&self.api, UNSETTLED, vec![("child", "".into())], &[]);
        let rows = rows.map_err(|failure| unavailable("the pipelines with open firings", &failure))?;
        rows.iter().map(|row| pipeline(row, 0)).collect()
    }

    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        self.read_outbox(child)
    }

    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError> {
        let what = format!("the lane of `{child}`");
        let items = self.items(&what, LANE, &[("child", child.to_string().into())])?;
        items.first().map_or_else(|| Ok(Lane::default()), |item| read_json(&what, &item.doc))
    }

    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError> {
        self.write_settlement(child, lane, moves)
    }
}

impl<D: DataApi> Claims for PostgresStore<D> {
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError> {
        let parameters = [
            ("pipeline", Field::from(pipeline.to_string())),
            ("run_key", key.to_string().into()),
            ("execution", execution.into()),
        ];
        let before = self.first(&format!("the claim of `{key}` by `{pipeline}`"), statements::CLAIM, &parameters)?;
        Ok(before.unwrap_or_else(|| execution.to_owned()))
    }
}

impl<D: DataApi> PostgresStore<D> {
    /// Runs a statement by which one execution takes a place: who had it before, `None` where this one has taken it.
    fn first(&self, what: &str, sql: &str, parameters: &[(&str, Field)]) -> Result<Option<String>, StoreError> {
        for _ in 0..MAX_TRIES {
            let Some(row) = self.write(what, sql, parameters)? else { continue };
            if read::boolean(&row, 0).map_err(|failure| unavailable(what, &failure))? {
                return Ok(None);
            }
            // Neither: somebody took the place after this statement had begun. The next one sees who.
            if row.get(1) != Some(&Field::Null) {
                return read::text(&row, 1).map(Some).map_err(|failure| unavailable(what, &failure));
            }
        }
        Err(StoreError::Contended)
    }
}

/// Live pipelines as they are kept → with their conditions compiled.
fn compiled(items: &[Item]) -> Result<Vec<Arc<Child>>, StoreError> {
    let mut children = Vec::new();
    for item in items {
        let entry: Entry = read_json(&format!("pipeline `{}`", item.place), &item.doc)?;
        if let Some(registered) = entry.registered() {
            children.push(Arc::new(compile(registered.clone())?));
        }
    }
    Ok(children)
}

fn compile(registered: Registered) -> Result<Child, StoreError> {
    let id = registered.id.clone();
    Child::new(registered).map_err(|error| StoreError::Broken(format!("pipeline `{id}`: {error}")))
}

/// The pipeline in a column.
pub(super) fn pipeline(row: &[Field], column: usize) -> Result<PipelineId, StoreError> {
    let text = read::text(row, column).map_err(answer)?;
    text.parse().map_err(|error| StoreError::Broken(format!("a row is of `{text}`: {error}")))
}

/// An answer that is not as it was asked for.
pub(super) fn answer(failure: Failure) -> StoreError {
    StoreError::Unavailable(failure.to_string())
}
