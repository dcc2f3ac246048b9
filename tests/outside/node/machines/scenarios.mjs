// A machine's structure → everything that is tried on it: `{name, input, faults, takes, answers, pages, stop, timeout, expect}`.
//
// `faults[task](n)` is what happens to the n-th try, `expect` what must come of it: `status`, `error`, `left` (clusters that the run
// leaves to the reaper), `tries` of a task, `skipped` steps. What holds for every run stands in judgement.mjs.

import { StatesError } from "./expression.mjs";
import { UNCATCHABLE } from "./interpreter.mjs";

const SLOW = 1000;

/** Errors as services give them; one of them without a cause. */
const failed = () => new StatesError("States.TaskFailed", "it was planted");
const refused = () => new StatesError("ElasticMapReduce.ThrottlingException");

/** What may happen to one try. */
const FAULTS = {
  "fails": () => ({ error: failed() }),
  "is refused": () => ({ error: refused() }),
  "hangs": () => ({ hangs: true }),
};

const always = (fault) => () => fault;
const once = (fault) => (count) => (count === 0 ? fault : undefined);

const nameOf = (fault) => (fault.hangs ? "States.Timeout" : fault.error.name);

/** Everything but what `stops` adds. */
export function scenarios(machine) {
  const all = [
    { name: "all goes well", expect: { status: "SUCCEEDED" } },
    { name: "a duplicate start", answers: ["taken"], expect: { status: "SUCCEEDED", output: { skipped: true, claimed: false } } },
    { name: "a turn that is given up", answers: ["skip"], expect: { status: "SUCCEEDED", output: { skipped: true, claimed: true } } },
    ...waits(machine),
    ...machine.of("claim").flatMap(claim),
    ...machine.of("create").flatMap((task) => create(task, machine)),
    ...machine.tasks.filter((task) => task.role === "step").flatMap(step),
    ...machine.beside.flatMap(([a, b]) => pair(a, b)),
    ...uncatchable(machine),
    ...resumed(machine),
  ];
  return all;
}

function waits(machine) {
  const waits = machine.names.includes("Wait for turn");
  if (!waits) return [];
  return [
    { name: "a turn after a wait", answers: ["wait", "wait", "go"], expect: { status: "SUCCEEDED" } },
    { name: "a wait for nothing", answers: ["wait", "skip"], expect: { status: "SUCCEEDED", output: { skipped: true, claimed: true } } },
  ];
}

function claim(task) {
  const errors = ["InvalidRunInput", "ClaimRefused", "WaitedTooLong", "QueueFull", "States.TaskFailed"].map((name) => new StatesError(name, "planted"));
  const passing = [new StatesError("ClaimUnavailable", "away"), new StatesError("Lambda.TooManyRequestsException")];
  return [
    ...errors.map((error) => ({
      name: `\`${task}\` answers ${error.name}`,
      faults: { [task]: always({ error }) },
      expect: { status: "FAILED", error: error.name, tries: { [task]: 1 } },
    })),
    ...passing.flatMap((error) => [
      { name: `\`${task}\` answers ${error.name} once`, faults: { [task]: once({ error }) }, expect: { status: "SUCCEEDED", tries: { [task]: 2 } } },
      { name: `\`${task}\` answers ${error.name} for ever`, faults: { [task]: always({ error }) }, expect: { status: "FAILED", error: error.name } },
    ]),
    { name: `\`${task}\` hangs once`, faults: { [task]: once({ hangs: true }) }, expect: { status: "SUCCEEDED", tries: { [task]: 2 } } },
  ];
}

/** A creation that fails with and without a cluster behind it, and then whatever may happen to the clean-up. */
function create(task, machine) {
  const all = [];
  for (const [how, fault] of Object.entries(FAULTS)) {
    for (const effect of [undefined, "dead", "alive"]) {
      const planted = { ...fault(), effect };
      const name = `\`${task}\` ${how}, ${effect ? `its cluster is ${effect}` : "and made no cluster"}`;
      const base = { faults: { [task]: always(planted) }, pages: 2 };
      const expect = { status: "FAILED", error: nameOf(planted), tries: { [task]: 1 } };
      all.push({ ...base, name, expect });
      if (effect === "alive") all.push(...cleanup(base, name, expect, machine));
    }
  }
  return all;
}

/** The states that free a cluster fail: once, which changes nothing, or for good, which leaves it to the reaper. */
function cleanup(base, name, expect, machine, roles = ["find", "terminate"]) {
  const tasks = roles.flatMap((role) => machine.of(role));
  return tasks.flatMap((task) =>
    Object.entries(FAULTS).flatMap(([how, fault]) => [
      { ...base, name: `${name}; \`${task}\` ${how} once`, faults: { ...base.faults, [task]: once(fault()) }, expect },
      { ...base, name: `${name}; \`${task}\` ${how} for ever`, faults: { ...base.faults, [task]: always(fault()) }, expect: { ...expect, left: 1 } },
    ]),
  );
}

/** Whether a step is tried again, and what a fault costs it. */
function step({ name: task, state }) {
  const again = state.Retry?.some((retrier) => retrier.ErrorEquals.includes("States.TaskFailed")) ?? false;
  const all = [];
  for (const [how, fault] of Object.entries(FAULTS)) {
    const planted = fault();
    const most = 1 + (again && !planted.hangs ? state.Retry.at(-1).MaxAttempts : 0);
    const lost = { status: "FAILED", error: nameOf(planted) };
    all.push(
      { name: `\`${task}\` ${how}`, faults: { [task]: always(planted) }, expect: { ...lost, tries: { [task]: most } } },
      {
        name: `\`${task}\` ${how} once`,
        faults: { [task]: once(planted) },
        expect: most > 1 ? { status: "SUCCEEDED", tries: { [task]: 2 } } : { ...lost, tries: { [task]: 1 } },
      },
    );
  }
  return all;
}

/** Two steps side by side fail, at one instant and one long before the other. */
function pair(a, b) {
  const name = (how) => `\`${a}\` and \`${b}\` side by side: ${how}`;
  const both = { [a]: always({ error: failed() }), [b]: always({ error: refused() }) };
  const expect = { status: "FAILED" };
  return [
    { name: name("both fail"), faults: both, expect },
    { name: name("the first is slow, both fail"), faults: both, takes: { [a]: SLOW }, expect },
    { name: name("the second is slow, both fail"), faults: both, takes: { [b]: SLOW }, expect },
    { name: name("the first fails beside a slow one"), faults: { [a]: both[a] }, takes: { [b]: SLOW }, expect: { ...expect, error: "States.TaskFailed" } },
    { name: name("the second fails beside a slow one"), faults: { [b]: both[b] }, takes: { [a]: SLOW }, expect: { ...expect, error: refused().name } },
    { name: name("the first hangs, the second fails"), faults: { ...both, [a]: always({ hangs: true }) }, expect },
    { name: name("the first is slow, all goes well"), takes: { [a]: SLOW }, expect: { status: "SUCCEEDED" } },
  ];
}

/** Errors that no state sees: the cluster, if there is one, is the reaper's. */
function uncatchable(machine) {
  return machine.tasks.flatMap(({ name: task, role }) => {
    const reached = role === "find" ? { [machine.of("create")[0]]: always({ error: failed(), effect: "alive" }) } : {};
    return UNCATCHABLE.map((name) => ({
      name: `\`${task}\` ends with ${name}`,
      faults: { ...reached, [task]: always({ error: new StatesError(name, "planted"), effect: role === "create" ? "alive" : undefined }) },
      expect: { status: "FAILED", error: name, left: role === "claim" ? 0 : 1 },
    }));
  });
}

/** Starts at each step, and at one that is not there. */
function resumed(machine) {
  const [claim] = machine.of("claim");
  const at = machine.steps.map((step) => ({
    name: `resumed from \`${step}\``,
    input: { resumeFrom: step },
    expect: { status: "SUCCEEDED", skipped: machine.before.get(step) },
  }));
  const bad = machine.steps.map((step) => ({
    name: `resumed from \`${step}\`, which fails`,
    input: { resumeFrom: step },
    faults: { [step]: always({ error: failed() }) },
    expect: { status: "FAILED", error: "States.TaskFailed", skipped: machine.before.get(step) },
  }));
  const unknown = { name: "resumed from a step that is not there", input: { resumeFrom: "no such step" } };
  return [...at, ...bad, { ...unknown, expect: { status: "FAILED", error: "InvalidRunInput", tries: { [claim]: 1 } } }];
}

/** Runs of which every state is entered and stopped: with them every state of a machine is reached. */
export function bases(machine) {
  const [create] = machine.of("create");
  const [first] = machine.steps;
  const well = machine.names.includes("Wait for turn") ? ["wait", "go"] : ["go"];
  return [
    { name: "all goes well", answers: well },
    { name: "a duplicate start", answers: ["taken"] },
    { name: "a cluster that is not ready", faults: { [create]: always({ hangs: true, effect: "alive" }) }, pages: 2 },
    { name: "no cluster", faults: { [create]: always({ error: failed() }) } },
    { name: `\`${first}\` fails`, faults: { [first]: always({ error: failed() }) } },
    ...machine.steps.slice(1).map((step) => ({ name: `resumed from \`${step}\``, input: { resumeFrom: step } })),
  ];
}

/** The terminate state fails at the end of each base: how the run came out stays. */
export function endings(machine) {
  const [first] = machine.steps;
  const lost = { faults: { [first]: always({ error: failed() }) } };
  return [
    ...cleanup({ faults: {} }, "all goes well", { status: "SUCCEEDED" }, machine, ["terminate"]),
    ...cleanup(lost, `\`${first}\` fails`, { status: "FAILED", error: "States.TaskFailed" }, machine, ["terminate"]),
  ];
}

/** Runs as slow as their limits let them be: waits for a day, and every try of every task takes what it may. */
export function slowest(machine) {
  const takes = Object.fromEntries(machine.of("claim").map((task) => [task, 0]));
  const faults = {};
  for (const { name, state, role } of machine.tasks.filter((task) => ["create", "step"].includes(task.role))) {
    takes[name] = state.TimeoutSeconds - 1;
    const most = role === "step" ? (state.Retry?.at(-1).MaxAttempts ?? 0) : 0;
    faults[name] = (count) => (count < most ? { error: failed() } : undefined);
  }
  const wait = machine.names.includes("Wait for turn") ? Array(1440).fill("wait") : [];
  const well = { name: "everything as slow as it may be", takes, faults, answers: [...wait, "go"], expect: { status: "SUCCEEDED" } };
  return [well, ...tired(machine, well)];
}

/** The same with a bad end, and a clean-up of which every call hangs until its last try. */
function tired(machine, slow) {
  const [create] = machine.of("create");
  const [last] = machine.steps.slice(-1);
  const faults = { ...slow.faults };
  for (const { name, state } of machine.tasks.filter((task) => ["find", "terminate"].includes(task.role))) {
    faults[name] = (count) => (count < (state.Retry?.[0].MaxAttempts ?? 0) ? { hangs: true } : undefined);
  }
  const bad = { ...slow, expect: { status: "FAILED", error: "States.Timeout" } };
  return [
    { ...bad, name: "all is slow, no cluster is ready, and the clean-up hangs", faults: { ...faults, [create]: always({ hangs: true, effect: "alive" }) } },
    { ...bad, name: "all is slow, the last step hangs, and so does the clean-up", faults: { ...faults, [last]: always({ hangs: true }) } },
  ];
}
