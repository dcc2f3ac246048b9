// Values of a machine with `{% … %}` in them → values, by JSONata 2.0.6, the version that Step Functions has.

import jsonata from "jsonata";

/** An error of an execution: its name and its cause, which Step Functions may leave out. */
export class StatesError {
  constructor(name, cause) {
    this.name = name;
    this.cause = cause;
  }

  /** As `$states.errorOutput` has it. */
  get output() {
    return this.cause === undefined ? { Error: this.name } : { Error: this.name, Cause: this.cause };
  }
}

const compiled = new Map();

/** Evaluates every expression in a value. `bindings` holds `states` and the variables. */
export async function evaluate(value, bindings) {
  if (typeof value === "string") {
    const expression = /^\{%(.*)%\}$/s.exec(value);
    return expression ? await one(expression[1].trim(), bindings) : value;
  }
  if (Array.isArray(value)) {
    const items = [];
    for (const item of value) items.push(await evaluate(item, bindings));
    return items;
  }
  if (value === null || typeof value !== "object") return value;
  const members = {};
  for (const [key, member] of Object.entries(value)) members[key] = await evaluate(member, bindings);
  return members;
}

async function one(text, bindings) {
  let result;
  try {
    if (!compiled.has(text)) compiled.set(text, jsonata(text));
    result = await compiled.get(text).evaluate(undefined, bindings);
  } catch (error) {
    throw new StatesError("States.QueryEvaluationError", `${text}: ${error.message}`);
  }
  if (result === undefined || typeof result === "function") {
    throw new StatesError("States.QueryEvaluationError", `${text}: gives nothing`);
  }
  // A copy without what JSONata hides in its lists.
  return JSON.parse(JSON.stringify(result));
}
