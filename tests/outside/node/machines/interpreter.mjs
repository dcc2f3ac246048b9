// One execution of a state machine on a virtual clock, after the Amazon States Language with JSONata: what each state does, how errors are
// retried and caught, and what the end is. Tasks are done by the `world` that it is given.

import { Scope } from "./clock.mjs";
import { evaluate, StatesError } from "./expression.mjs";

/** Bytes that a state may hand on (Step Functions quotas). */
const PAYLOAD = 262_144;
/** Errors that no Catch and no Retry sees (Step Functions Developer Guide, "Handling errors"). */
export const UNCATCHABLE = ["States.DataLimitExceeded", "States.Runtime"];

/** Runs a machine: `{status, error, cause, output}`. `watch(state, moment)` is told of each state; what it returns ends the run with that status. */
export async function execute(definition, input, { clock, world, context, watch = () => undefined }) {
  const root = new Scope();
  const ended = deferred();
  const end = (outcome) => {
    root.stop();
    ended.resolve(outcome);
  };
  const tell = (state, moment) => {
    const status = watch(state, moment);
    if (status) end({ status });
  };
  const run = new Run({ clock, world, context, tell });
  run.level(definition, input, { own: {}, outer: {} }, root).then(
    (output) => end({ status: "SUCCEEDED", output }),
    (error) => (error instanceof StatesError ? end({ status: "FAILED", error: error.name, cause: error.cause }) : ended.reject(error)),
  );
  if (definition.TimeoutSeconds !== undefined) {
    clock.sleep(definition.TimeoutSeconds, root).then(() => end({ status: "TIMED_OUT" }));
  }
  return clock.until(ended.promise);
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

class Run {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** A machine or a branch from its start to its end: what it hands on. */
  async level(level, input, variables, scope) {
    let name = level.StartAt;
    for (;;) {
      const state = level.States[name];
      if (!state) throw new StatesError("States.Runtime", `there is no state \`${name}\``);
      this.tell(name, "enter");
      // Whoever was stopped sleeps for good.
      await this.clock.sleep(0, scope);
      const step = await this.#state(name, state, input, variables, scope);
      if (step.next === undefined) return step.output;
      ({ next: name, output: input } = step);
    }
  }

  async #state(name, state, input, variables, scope) {
    try {
      if (state.Type === "Choice") return { next: await this.#choose(name, state, input, variables), output: input };
      if (state.Type === "Fail") throw await this.#failure(state, input, variables);
      const result = await this.#retried(name, state, input, variables, scope);
      const output = await this.#leave(state, { input, result }, variables, result ?? input);
      return this.#after(name, state, output);
    } catch (error) {
      const caught = error instanceof StatesError && state.Catch?.find((c) => takes(c.ErrorEquals, error));
      if (!caught) throw error;
      const output = await this.#leave(caught, { input, errorOutput: error.output }, variables, error.output);
      return { next: caught.Next, output };
    }
  }

  #after(name, state, output) {
    if (state.Type === "Succeed" || state.End) return { output };
    if (!state.Next) throw new StatesError("States.Runtime", `state \`${name}\` leads nowhere`);
    return { next: state.Next, output };
  }

  async #retried(name, state, input, variables, scope) {
    const used = new Map();
    for (;;) {
      try {
        return await this.#work(name, state, input, variables, scope);
      } catch (error) {
        const retrier = error instanceof StatesError && state.Retry?.find((r) => takes(r.ErrorEquals, error));
        const count = used.get(retrier) ?? 0;
        if (!retrier || count >= (retrier.MaxAttempts ?? 3)) {
          if (error instanceof StatesError && state.Type === "Task") this.world.gaveUp(name, error, this.clock.now);
          throw error;
        }
        used.set(retrier, count + 1);
        // Jitter makes a wait shorter, never longer.
        const wait = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** count;
        await this.clock.sleep(Math.min(wait, retrier.MaxDelaySeconds ?? Infinity), scope);
      }
    }
  }

  async #work(name, state, input, variables, scope) {
    switch (state.Type) {
      case "Pass":
      case "Succeed":
        return undefined;
      case "Wait":
        await this.clock.sleep(await this.#value(state.Seconds, { input }, variables), scope);
        return undefined;
      case "Parallel":
        return await this.#parallel(state, input, variables, scope);
      case "Task":
        return await this.#task(name, state, input, variables, scope);
      default:
        throw new Error(`state \`${name}\` is of type ${state.Type}, which this interpreter does not know`);
    }
  }

  async #task(name, state, input, variables, scope) {
    const given = state.Arguments === undefined ? input : await this.#value(state.Arguments, { input }, variables);
    const limit = state.TimeoutSeconds ?? Infinity;
    // `.sync` cancels on a timeout as well as it can: here it cannot, which is the worse case.
    const call = this.world.begin(name, state.Resource, given, this.clock.now);
    this.tell(name, "middle");
    await this.clock.sleep(Math.min(call.takes, limit), scope);
    if (call.takes > limit) {
      this.world.timedOut(name, this.clock.now);
      throw new StatesError("States.Timeout");
    }
    return call.end(this.clock.now);
  }

  /** The first branch that fails stops the others at that instant. */
  async #parallel(state, input, variables, scope) {
    const inner = new Scope(scope);
    const outer = { ...variables.outer, ...variables.own };
    const branches = state.Branches.map((branch) => this.level(branch, input, { own: {}, outer }, inner));
    try {
      return await Promise.all(branches);
    } finally {
      inner.stop();
    }
  }

  async #choose(name, state, input, variables) {
    for (const choice of state.Choices) {
      const holds = await this.#value(choice.Condition, { input }, variables);
      if (typeof holds !== "boolean") throw new StatesError("States.QueryEvaluationError", `${choice.Condition} is ${holds}`);
      if (holds) return choice.Next;
    }
    if (!state.Default) throw new StatesError("States.NoChoiceMatched", name);
    return state.Default;
  }

  async #failure(state, input, variables) {
    const say = async (value) => (value === undefined ? value : await this.#value(value, { input }, variables));
    return new StatesError(await say(state.Error), await say(state.Cause));
  }

  /** `Assign` and `Output` of a state or a catcher: both see the variables as they were. */
  async #leave(part, states, variables, otherwise) {
    const assigned = await this.#value(part.Assign ?? {}, states, variables);
    const output = part.Output === undefined ? otherwise : await this.#value(part.Output, states, variables);
    for (const key of Object.keys(assigned)) {
      if (key in variables.outer) throw new StatesError("States.Runtime", `variable \`${key}\` belongs to the level around`);
    }
    Object.assign(variables.own, assigned);
    if (JSON.stringify(output ?? null).length > PAYLOAD) throw new StatesError("States.DataLimitExceeded", "too much to hand on");
    return output;
  }

  #value(value, states, variables) {
    return evaluate(value, { ...variables.outer, ...variables.own, states: { context: this.context, ...states } });
  }
}

/** Whether a list of error names stands for an error. */
export function takes(names, error) {
  if (UNCATCHABLE.includes(error.name)) return false;
  return names.some((name) => {
    if (name === "States.ALL" || name === error.name) return true;
    return name === "States.TaskFailed" && error.name !== "States.Timeout";
  });
}
