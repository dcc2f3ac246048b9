// The interpreter holds to the Amazon States Language where the machines' ends depend on it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock } from "./clock.mjs";
import { StatesError } from "./expression.mjs";
import { execute } from "./interpreter.mjs";

/** Runs states with tasks that answer as `answers` says, by name: a list of `[seconds, result or error]`, the last one for ever. */
async function run(states, answers = {}, more = {}) {
  const calls = [];
  const clock = new Clock();
  const world = {
    begin(name, _resource, given) {
      const list = answers[name] ?? [[0, {}]];
      const [takes, result] = list[Math.min(calls.filter((call) => call.name === name).length, list.length - 1)];
      calls.push({ name, at: clock.now, given });
      return {
        takes,
        end() {
          if (result instanceof StatesError) throw result;
          return result;
        },
      };
    },
    timedOut() {},
    gaveUp() {},
  };
  const context = { Execution: { Id: "arn" } };
  const outcome = await execute({ StartAt: Object.keys(states)[0], States: states, ...more }, { a: 1 }, { clock, world, context });
  return { ...outcome, calls, at: clock.now };
}

const task = (more) => ({ Type: "Task", Resource: "r", End: true, ...more });
const error = (name, cause) => new StatesError(name, cause);

test("States.TaskFailed stands for every error but a timeout", async () => {
  const retry = { Retry: [{ ErrorEquals: ["States.TaskFailed"], MaxAttempts: 2, IntervalSeconds: 1 }] };
  const failed = await run({ t: task(retry) }, { t: [[0, error("Some.Error")]] });
  assert.equal(failed.calls.length, 3);
  const late = await run({ t: task({ ...retry, TimeoutSeconds: 5 }) }, { t: [[6, {}]] });
  assert.deepEqual([late.calls.length, late.error, late.at], [1, "States.Timeout", 5]);
});

test("States.ALL catches everything but what nobody can catch", async () => {
  const states = { t: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "end" }] }), end: { Type: "Succeed" } };
  assert.equal((await run(states, { t: [[0, error("Any")]] })).status, "SUCCEEDED");
  for (const name of ["States.Runtime", "States.DataLimitExceeded"]) {
    assert.deepEqual([(await run(states, { t: [[0, error(name)]] })).error], [name]);
  }
});

test("waits between tries grow up to their limit, and each retrier counts for itself", async () => {
  const retry = [
    { ErrorEquals: ["A"], MaxAttempts: 3, IntervalSeconds: 10, BackoffRate: 2, MaxDelaySeconds: 15 },
    { ErrorEquals: ["B"], MaxAttempts: 1, IntervalSeconds: 1 },
  ];
  const { calls } = await run({ t: task({ Retry: retry }) }, { t: [[0, error("A")], [0, error("B")], [0, error("A")], [0, error("A")], [0, {}]] });
  assert.deepEqual(calls.map((call) => call.at), [0, 10, 11, 26, 41]);
});

test("Assign and Output see the variables as they were, and an expression that gives nothing fails", async () => {
  const set = { Type: "Pass", Assign: { x: 1 }, Next: "use" };
  const use = { Type: "Pass", Assign: { x: "{% $x + 1 %}" }, Output: "{% $x %}", Next: "end" };
  const end = { Type: "Succeed", Output: { x: "{% $x %}", in: "{% $states.input %}" } };
  assert.deepEqual((await run({ set, use, end })).output, { x: 2, in: 1 });
  assert.equal((await run({ end: { Type: "Succeed", Output: "{% $nobody %}" } })).error, "States.QueryEvaluationError");
});

test("a branch that fails stops the others at that instant, and what it has set stays inside", async () => {
  const branch = (name, next) => ({ StartAt: name, States: { [name]: task({ Next: next, End: undefined }), [next]: task() } });
  const both = { Type: "Parallel", Branches: [branch("a", "b"), branch("c", "d")], Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput %}", Next: "end" }] };
  const ran = await run({ both, end: { Type: "Succeed" } }, { a: [[5, error("E", "why")]], c: [[3, {}]], d: [[9, {}]] });
  assert.deepEqual(ran.calls.map((call) => [call.name, call.at]), [["a", 0], ["c", 0], ["d", 3]]);
  assert.deepEqual([ran.output, ran.at], [{ Error: "E", Cause: "why" }, 5]);
});

test("a branch may not set a variable of the level around it", async () => {
  const inner = { StartAt: "i", States: { i: { Type: "Pass", Assign: { x: 2 }, End: true } } };
  const ran = await run({ set: { Type: "Pass", Assign: { x: 1 }, Next: "both" }, both: { Type: "Parallel", Branches: [inner], End: true } });
  assert.equal(ran.error, "States.Runtime");
});

test("the machine's own limit ends a run whatever its states catch", async () => {
  const states = { t: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "end" }] }), end: { Type: "Succeed" } };
  const ran = await run(states, { t: [[100, {}]] }, { TimeoutSeconds: 30 });
  assert.deepEqual([ran.status, ran.at], ["TIMED_OUT", 30]);
});

test("more than a state may hand on ends the run", async () => {
  const big = { Type: "Pass", Output: "{% $pad('x', 300000) %}", End: true };
  assert.equal((await run({ big })).error, "States.DataLimitExceeded");
});

test("a choice takes the first condition that holds, else its default", async () => {
  const choice = (text) => ({ Type: "Choice", Choices: [{ Condition: text, Next: "yes" }], Default: "no" });
  const ends = { yes: { Type: "Succeed", Output: "yes" }, no: { Type: "Fail", Error: "No", Cause: "{% 'be' & 'cause' %}" } };
  assert.equal((await run({ c: choice("{% $states.input.a = 1 %}"), ...ends })).output, "yes");
  assert.deepEqual((({ error, cause }) => [error, cause])(await run({ c: choice("{% $states.input.a = 2 %}"), ...ends })), ["No", "because"]);
});
