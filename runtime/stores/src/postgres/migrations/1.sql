-- The store's tables, version 1. Each statement ends in a semicolon at the end of a line, holds no other one, and may be run again.
--
-- Texts are compared as bytes (COLLATE "C"), as in every other store. A column `doc` is the whole item as JSON: text, not jsonb, which
-- refuses \u0000 and changes what it is given. The other columns are what conditions, indexes and questions in SQL need of it.
-- Times are milliseconds since 1970.

-- The version of the whole graph: one row, which every change of the graph locks first.
CREATE TABLE IF NOT EXISTS pipesynth.graph (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL
);
INSERT INTO pipesynth.graph (version) VALUES (0) ON CONFLICT DO NOTHING;

-- What was ever registered; `live` is false for a deleted or renamed name. `clock`: live, and its condition needs a look at the clock.
CREATE TABLE IF NOT EXISTS pipesynth.pipeline (
  id text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  incarnation bigint NOT NULL,
  live boolean NOT NULL,
  clock boolean NOT NULL,
  doc text NOT NULL
);
CREATE INDEX IF NOT EXISTS pipeline_clock ON pipesynth.pipeline (id) WHERE clock;

-- That `child` waits for `parent`; the version of the child's entry that wrote it.
CREATE TABLE IF NOT EXISTS pipesynth.link (
  parent text COLLATE "C",
  child text COLLATE "C",
  version bigint NOT NULL,
  PRIMARY KEY (parent, child)
);

-- One row for each status of each execution.
CREATE TABLE IF NOT EXISTS pipesynth.run_log (
  pipeline text COLLATE "C",
  at bigint,
  execution text COLLATE "C",
  status text COLLATE "C",
  run_key text COLLATE "C" NOT NULL,
  started bigint NOT NULL,
  logical_date date NOT NULL,
  skipped boolean NOT NULL,
  doc text NOT NULL,
  PRIMARY KEY (pipeline, at, execution, status)
);
CREATE INDEX IF NOT EXISTS run_log_at ON pipesynth.run_log (at);

-- Which execution first came with a pipeline, run key and status.
CREATE TABLE IF NOT EXISTS pipesynth.holder (
  pipeline text COLLATE "C",
  run_key text COLLATE "C",
  status text COLLATE "C",
  execution text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (pipeline, run_key, status)
);
CREATE INDEX IF NOT EXISTS holder_at ON pipesynth.holder (at);

-- The state of a child's condition for one correlation key. `expires`: when it may be deleted; null while it waits without limit.
CREATE TABLE IF NOT EXISTS pipesynth.gate (
  child text COLLATE "C",
  key text COLLATE "C",
  ver bigint NOT NULL,
  due bigint,
  holds boolean NOT NULL,
  expires bigint,
  doc text NOT NULL,
  PRIMARY KEY (child, key)
);
CREATE INDEX IF NOT EXISTS gate_due ON pipesynth.gate (due, child, key) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS gate_holds ON pipesynth.gate (child, key) WHERE holds;
CREATE INDEX IF NOT EXISTS gate_expires ON pipesynth.gate (expires) WHERE expires IS NOT NULL;

-- The outbox. `sent_at` and `tries` belong to the state SENT.
CREATE TABLE IF NOT EXISTS pipesynth.firing (
  child text COLLATE "C",
  key text COLLATE "C",
  generation bigint,
  at bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  sent_at bigint,
  tries bigint,
  settled boolean NOT NULL,
  doc text NOT NULL,
  PRIMARY KEY (child, key, generation)
);
CREATE INDEX IF NOT EXISTS firing_open ON pipesynth.firing (child, at, generation, key) WHERE NOT settled;
CREATE INDEX IF NOT EXISTS firing_settled ON pipesynth.firing (at) WHERE settled;

-- A child's open runs, for its `concurrency`.
CREATE TABLE IF NOT EXISTS pipesynth.lane (
  child text COLLATE "C" PRIMARY KEY,
  ver bigint NOT NULL,
  doc text NOT NULL
);

-- Which execution has a run key.
CREATE TABLE IF NOT EXISTS pipesynth.claim (
  pipeline text COLLATE "C",
  run_key text COLLATE "C",
  execution text COLLATE "C" NOT NULL,
  PRIMARY KEY (pipeline, run_key)
);
