// What a run did → what is wrong with it, in words. The laws hold for every run, whatever was planted; the rest is the scenario's own.

const OUTPUT = { runKey: "manual/run#1", logicalDate: "2026-11-23" };

/** All that is wrong with the run of a scenario. */
export function judge(scenario, machine, world, outcome) {
  const skipped = scenario.expect?.skipped ?? [];
  return [
    ...clusters(world),
    ...order(machine, world, skipped),
    ...failures(machine, world),
    ...(outcome.status === "FAILED" ? cause(world, outcome) : []),
    ...(outcome.status === "SUCCEEDED" ? success(machine, world, outcome, skipped) : []),
    ...expected(scenario, world, outcome),
  ];
}

function clusters(world) {
  const found = [];
  if (world.created > 1) found.push(`the run made ${world.created} clusters`);
  if (world.others.some((cluster) => !cluster.live)) found.push("a cluster of another run was terminated");
  if (world.reaped.length !== world.left.length) {
    found.push(`${world.left.length} clusters are left, the reaper would find ${world.reaped.length}`);
  }
  return found;
}

/** A step starts when those before it are done, once, and never beside itself. */
function order(machine, world, skipped) {
  const found = [];
  const steps = world.tries.filter((attempt) => attempt.role === "step");
  for (const attempt of steps) {
    const done = (name) => steps.some((other) => other.name === name && other.ended <= attempt.began && !other.error);
    const missing = machine.before.get(attempt.name).filter((name) => !skipped.includes(name) && !done(name));
    if (missing.length) found.push(`\`${attempt.name}\` began before \`${missing.join("`, `")}\` was done`);
    if (skipped.includes(attempt.name)) found.push(`\`${attempt.name}\` ran, and should have been skipped`);
    const earlier = steps.slice(0, steps.indexOf(attempt)).filter((other) => other.name === attempt.name);
    if (earlier.some((other) => !other.error || other.error.name === "States.Timeout")) {
      found.push(`\`${attempt.name}\` was started again while it may still run, or after it was done`);
    }
  }
  return found;
}

/** After a failure for good no step begins: none that waits for what failed, and nothing at any later instant. */
function failures(machine, world) {
  const found = [];
  for (const lost of world.lost.filter((other) => ["claim", "create", "step"].includes(other.role))) {
    for (const attempt of world.tries.filter((other) => other.role === "step")) {
      const waited = machine.before.get(attempt.name).includes(lost.name) || lost.role !== "step";
      if (attempt.began > lost.at || waited) found.push(`\`${attempt.name}\` ran though \`${lost.name}\` had failed`);
    }
  }
  return found;
}

/** A run fails with what failed first. */
function cause(world, outcome) {
  const lost = world.lost.filter((other) => ["claim", "create", "step"].includes(other.role) || !other.error.name.startsWith("ElasticMapReduce"));
  const first = Math.min(...lost.map((other) => other.at));
  const fits = ({ error }) => error.name === outcome.error && [error.cause, "no cause was given"].includes(outcome.cause);
  if (lost.some((other) => other.at === first && fits(other))) return [];
  if (lost.some((other) => fits(other) && ["States.DataLimitExceeded", "States.Runtime"].includes(other.error.name))) return [];
  return [`the run failed with ${outcome.error} (${outcome.cause}), which is not what failed first`];
}

/** A run that succeeded has done every step once, or says that it was skipped and has done nothing. */
function success(machine, world, outcome, skipped) {
  if (outcome.output?.skipped) {
    const did = world.tries.filter((attempt) => attempt.role !== "claim");
    return did.length ? [`a skipped run called \`${did[0].name}\``] : [];
  }
  const done = (name) => world.tries.filter((attempt) => attempt.name === name && attempt.ended !== undefined && !attempt.error).length;
  const found = machine.steps
    .filter((name) => !skipped.includes(name) && done(name) !== 1)
    .map((name) => `the run succeeded, and \`${name}\` was done ${done(name)} times`);
  return JSON.stringify(outcome.output) === JSON.stringify(OUTPUT) || found.length
    ? found
    : [`the output is ${JSON.stringify(outcome.output)}`];
}

function expected({ expect, input }, world, outcome) {
  const found = [];
  const hold = (what, got, wanted) => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) found.push(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  };
  hold("status", outcome.status, expect.status);
  if (expect.error) hold("error", outcome.error, expect.error);
  if (expect.output) hold("output", outcome.output, expect.output);
  if (expect.left !== undefined || !["ABORTED", "TIMED_OUT"].includes(outcome.status)) hold("live clusters at the end", world.left.length, expect.left ?? 0);
  if (world.payload) hold("the input that the claim gets", world.payload.input, input ?? {});
  for (const [name, count] of Object.entries(expect.tries ?? {})) {
    hold(`tries of \`${name}\``, world.tries.filter((attempt) => attempt.name === name).length, count);
  }
  return found;
}
