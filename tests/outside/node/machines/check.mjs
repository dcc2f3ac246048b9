// A machine → everything that goes wrong in any of its scenarios: happy, with each single failure, stopped at each moment, out of time.

import { Clock } from "./clock.mjs";
import { execute } from "./interpreter.mjs";
import { judge } from "./judgement.mjs";
import { bases, endings, scenarios, slowest } from "./scenarios.mjs";
import { structure } from "./structure.mjs";
import { World } from "./world.mjs";

const NAME = "run-1";

/** `{runs, findings}`. With `whole` the definition is a broken one of that machine, is held to it, and the first finding is enough. */
export async function check(definition, { whole } = {}) {
  const machine = structure(whole ?? definition);
  const checked = { runs: 0, findings: [], reached: new Set() };
  const enough = () => whole && checked.findings.length > 0;
  const all = [...scenarios(machine), ...endings(machine), ...slowest(machine)];
  for (const scenario of all) {
    if (enough()) return checked;
    await one(definition, machine, scenario, checked);
  }
  for (const base of bases(machine)) {
    if (enough()) return checked;
    await stops(definition, machine, base, checked);
  }
  const missed = machine.names.filter((name) => !checked.reached.has(name));
  if (missed.length) checked.findings.push(`no run reached \`${missed.join("`, `")}\``);
  return checked;
}

/** Runs one scenario and judges it; gives the moments that it came by, and what happened. */
async function one(definition, machine, scenario, checked) {
  checked.runs += 1;
  const execution = {
    Id: `arn:aws:states:eu-central-1:111111111111:execution:machine:${NAME}`,
    Name: NAME,
    StartTime: "2026-11-23T03:00:00Z",
    Input: scenario.input ?? {},
  };
  const context = { Execution: execution };
  const world = new World(scenario, context);
  const clock = new Clock();
  const moments = [];
  const watch = (state) => {
    checked.reached.add(state);
    moments.push(state);
    if (moments.length > 20_000) throw new Error("it never ends");
    return moments.length - 1 === scenario.stop ? "ABORTED" : undefined;
  };
  try {
    const timed = scenario.timeout === undefined ? definition : { ...definition, TimeoutSeconds: scenario.timeout };
    const outcome = await execute(timed, execution.Input, { clock, world, context, watch });
    const found = judge(scenario, machine, world, outcome);
    checked.findings.push(...found.map((what) => `${scenario.name}: ${what}`));
  } catch (error) {
    checked.findings.push(`${scenario.name}: ${error.message}`);
  }
  return { moments, world };
}

/** Stops a run at each of its moments, and lets the machine's own time run out in each of its tasks. */
async function stops(definition, machine, base, checked) {
  const whole = await dry(definition, machine, base);
  for (const [at, state] of whole.moments.entries()) {
    const name = `${base.name}, stopped at moment ${at}, \`${state}\``;
    await stopped(definition, machine, { ...base, name, stop: at, expect: { status: "ABORTED" } }, checked);
  }
  for (const { name: task, began } of whole.world.tries) {
    const name = `${base.name}, out of time in \`${task}\``;
    await stopped(definition, machine, { ...base, name, timeout: began + 1, expect: { status: "TIMED_OUT" } }, checked);
  }
}

/** A base by itself: it is judged by its scenario of the same kind. */
function dry(definition, machine, base) {
  return one(definition, machine, { ...base, expect: {} }, { runs: 0, findings: [], reached: new Set() });
}

/** A run that was stopped leaves its cluster, where it had one and had not begun to free it; and nothing else. */
async function stopped(definition, machine, scenario, checked) {
  const skipped = machine.before.get(scenario.input?.resumeFrom) ?? [];
  const { world } = await one(definition, machine, { ...scenario, expect: { ...scenario.expect, skipped } }, checked);
  const began = (role) => world.tries.some((attempt) => attempt.role === role);
  const fault = scenario.faults?.[machine.of("create")[0]]?.(0);
  const made = began("create") && (!fault || fault.effect === "alive");
  const left = made && !began("terminate") ? 1 : 0;
  if (world.left.length !== left) checked.findings.push(`${scenario.name}: ${world.left.length} clusters are left, and not ${left}`);
}
