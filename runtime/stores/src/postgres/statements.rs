//! A conditional write of the protocol → its one statement. Why each is safe among others is told in [`super`].

/// A gate, and its firing where there is one. `first`: there is to be no such gate yet.
///
/// Answers one row: whether the registration has the version, and whether the gate was written.
pub(super) fn commit(first: bool, firing: bool) -> String {
    let free = if firing {
        "AND NOT EXISTS (SELECT FROM pipesynth.firing WHERE child = CAST(:child AS text) AND key = CAST(:key AS text)
          AND generation = CAST(:generation AS bigint))"
    } else {
        ""
    };
    let written = if first {
        format!(
            "INSERT INTO pipesynth.gate (child, key, ver, due, holds, expires, doc)
  SELECT CAST(:child AS text), CAST(:key AS text), CAST(:ver AS bigint), CAST(:due AS bigint), CAST(:holds AS boolean),
    CAST(:expires AS bigint), CAST(:gate AS text)
  FROM registration WHERE true {free}
  ON CONFLICT (child, key) DO NOTHING
  RETURNING 1"
        )
    } else {
        format!(
            "UPDATE pipesynth.gate
  SET ver = CAST(:ver AS bigint), due = CAST(:due AS bigint), holds = CAST(:holds AS boolean),
    expires = CAST(:expires AS bigint), doc = CAST(:gate AS text)
  WHERE child = CAST(:child AS text) AND key = CAST(:key AS text) AND ver = CAST(:ver AS bigint) - 1
    AND EXISTS (SELECT FROM registration) {free}
  RETURNING 1"
        )
    };
    let fired = if firing {
        ", fired AS (
  INSERT INTO pipesynth.firing (child, key, generation, at, state, settled, doc)
  SELECT CAST(:child AS text), CAST(:key AS text), CAST(:generation AS bigint), CAST(:at AS bigint), CAST(:state AS text), false,
    CAST(:firing AS text)
  FROM written
)"
    } else {
        ""
    };
    format!(
        "WITH registration AS MATERIALIZED (
  SELECT 1 FROM pipesynth.pipeline
  WHERE id = CAST(:child AS text) AND live AND version = CAST(:registered AS bigint)
  FOR SHARE
), written AS (
  {written}
){fired}
SELECT EXISTS (SELECT FROM registration), EXISTS (SELECT FROM written)"
    )
}

/// What a settlement does with the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LaneWrite {
    /// Nothing.
    None,
    /// It is to be the first version.
    First,
    /// It is to follow the version before.
    Later,
}

/// States of firings, and the lane. Answers one row: whether all of it was written.
pub(super) fn settle(lane: LaneWrite) -> String {
    let (laned, gate) = match lane {
        LaneWrite::None => ("", "go"),
        LaneWrite::First => (
            ", laned AS (
  INSERT INTO pipesynth.lane (child, ver, doc)
  SELECT CAST(:child AS text), CAST(:ver AS bigint), CAST(:lane AS text) FROM go
  ON CONFLICT (child) DO NOTHING
  RETURNING 1
)",
            "laned",
        ),
        LaneWrite::Later => (
            ", laned AS (
  UPDATE pipesynth.lane SET ver = CAST(:ver AS bigint), doc = CAST(:lane AS text)
  WHERE child = CAST(:child AS text) AND ver = CAST(:ver AS bigint) - 1 AND EXISTS (SELECT FROM go)
  RETURNING 1
)",
            "laned",
        ),
    };
    format!(
        "WITH moves AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(CAST(:moves AS jsonb)) AS m (key text, generation bigint, from_state text, from_at bigint,
    from_tries bigint, to_state text, to_at bigint, to_tries bigint, settled boolean)
), held AS MATERIALIZED (
  SELECT 1 FROM pipesynth.firing f JOIN moves m ON f.key = m.key AND f.generation = m.generation
  WHERE f.child = CAST(:child AS text) AND f.state = m.from_state
    AND f.sent_at IS NOT DISTINCT FROM m.from_at AND f.tries IS NOT DISTINCT FROM m.from_tries
  ORDER BY f.key, f.generation
  FOR UPDATE OF f
), go AS MATERIALIZED (
  SELECT 1 WHERE (SELECT count(*) FROM held) = (SELECT count(*) FROM moves)
){laned}, moved AS (
  UPDATE pipesynth.firing f SET state = m.to_state, sent_at = m.to_at, tries = m.to_tries, settled = m.settled
  FROM moves m
  WHERE f.child = CAST(:child AS text) AND f.key = m.key AND f.generation = m.generation AND EXISTS (SELECT FROM {gate})
)
SELECT EXISTS (SELECT FROM {gate})"
    )
}

/// The run log and the holder of an identity. Answers one row: whether it is now the holder, and who was it before.
pub(super) const LOG: &str = "WITH held AS (
  INSERT INTO pipesynth.holder (pipeline, run_key, status, execution, at)
  VALUES (CAST(:pipeline AS text), CAST(:run_key AS text), CAST(:status AS text), CAST(:execution AS text), CAST(:at AS bigint))
  ON CONFLICT (pipeline, run_key, status) DO NOTHING
  RETURNING 1
), logged AS (
  INSERT INTO pipesynth.run_log (pipeline, at, execution, status, run_key, started, logical_date, skipped, doc)
  VALUES (CAST(:pipeline AS text), CAST(:at AS bigint), CAST(:execution AS text), CAST(:status AS text), CAST(:run_key AS text),
    CAST(:started AS bigint), CAST(:date AS date), false, CAST(:doc AS text))
  ON CONFLICT (pipeline, at, execution, status) DO NOTHING
)
SELECT EXISTS (SELECT FROM held), (SELECT execution FROM pipesynth.holder
  WHERE pipeline = CAST(:pipeline AS text) AND run_key = CAST(:run_key AS text) AND status = CAST(:status AS text))";

/// The run log alone, for a run that was skipped.
pub(super) const LOG_SKIPPED: &str =
    "INSERT INTO pipesynth.run_log (pipeline, at, execution, status, run_key, started, logical_date, skipped, doc)
VALUES (CAST(:pipeline AS text), CAST(:at AS bigint), CAST(:execution AS text), CAST(:status AS text), CAST(:run_key AS text),
  CAST(:started AS bigint), CAST(:date AS date), true, CAST(:doc AS text))
ON CONFLICT (pipeline, at, execution, status) DO NOTHING";

/// The claim of a run key. Answers one row: whether it was free, and who had it before.
pub(super) const CLAIM: &str = "WITH claimed AS (
  INSERT INTO pipesynth.claim (pipeline, run_key, execution)
  VALUES (CAST(:pipeline AS text), CAST(:run_key AS text), CAST(:execution AS text))
  ON CONFLICT (pipeline, run_key) DO NOTHING
  RETURNING 1
)
SELECT EXISTS (SELECT FROM claimed), (SELECT execution FROM pipesynth.claim
  WHERE pipeline = CAST(:pipeline AS text) AND run_key = CAST(:run_key AS text))";

/// A change of the graph. Answers one row: whether it was written.
pub(super) const APPLY: &str = "WITH graph AS MATERIALIZED (
  SELECT 1 FROM pipesynth.graph WHERE version = CAST(:graph AS bigint) FOR UPDATE
), wanted AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e (id text, version bigint, incarnation bigint, live boolean,
    clock boolean, doc text)
), go AS MATERIALIZED (
  SELECT 1 FROM graph WHERE NOT EXISTS (
    SELECT FROM wanted w LEFT JOIN pipesynth.pipeline p ON p.id = w.id WHERE coalesce(p.version, 0) <> w.version - 1)
), counted AS (
  UPDATE pipesynth.graph SET version = version + 1 WHERE EXISTS (SELECT FROM go)
), written AS (
  INSERT INTO pipesynth.pipeline (id, version, incarnation, live, clock, doc)
  SELECT w.id, w.version, w.incarnation, w.live, w.clock, w.doc FROM go, wanted w ORDER BY w.id
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, incarnation = excluded.incarnation, live = excluded.live,
    clock = excluded.clock, doc = excluded.doc
), linked AS (
  INSERT INTO pipesynth.link (parent, child, version)
  SELECT l.parent, l.child, l.version
  FROM go, jsonb_to_recordset(CAST(:link AS jsonb)) AS l (parent text, child text, version bigint)
  ON CONFLICT (parent, child) DO UPDATE SET version = greatest(pipesynth.link.version, excluded.version)
), unlinked AS (
  DELETE FROM pipesynth.link l
  USING go, jsonb_to_recordset(CAST(:unlink AS jsonb)) AS u (parent text, child text, version bigint)
  WHERE l.parent = u.parent AND l.child = u.child AND l.version < u.version
)
SELECT EXISTS (SELECT FROM go)";
