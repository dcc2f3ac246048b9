// A machine's definition → what the scenarios need to know of it: its tasks, which of them run side by side, which are done before others.

import { role } from "./world.mjs";

/** `{name, state, role}` of every task, `names` of all states, pairs of steps `beside` each other, and what is done `before` each step. */
export function structure(definition) {
  const found = { names: [], tasks: [], beside: [], before: new Map() };
  level(definition, [], found);
  found.steps = found.tasks.filter((task) => task.role === "step").map((task) => task.name);
  found.of = (wanted) => found.tasks.filter((task) => task.role === wanted).map((task) => task.name);
  return found;
}

/** Adds a level; gives the names of the steps in it. `done` are the steps that are over before it starts. */
function level(scope, done, found) {
  const all = [];
  for (const part of inOrder(scope)) {
    const before = [...done, ...all];
    all.push(...one(part, scope.States[part], before, found));
  }
  const rest = Object.keys(scope.States).filter((name) => !found.names.includes(name));
  for (const name of rest) one(name, scope.States[name], done, found);
  return all;
}

function one(name, state, before, found) {
  found.names.push(name);
  if (state.Type === "Parallel") {
    const branches = state.Branches.map((branch) => level(branch, before, found));
    branches.forEach((steps, at) => {
      const others = branches.slice(at + 1).flat();
      steps.forEach((step) => found.beside.push(...others.map((other) => [step, other])));
    });
    return branches.flat();
  }
  if (state.Type !== "Task") return [];
  const task = { name, state, role: role(state.Resource) };
  found.tasks.push(task);
  if (task.role !== "step") return [];
  found.before.set(name, before);
  return [name];
}

/** The states of a level as they follow each other where nothing fails and nobody chooses anything but the default. */
function inOrder(scope) {
  const names = [];
  let name = scope.StartAt;
  while (name && scope.States[name] && !names.includes(name)) {
    names.push(name);
    name = scope.States[name].Next ?? scope.States[name].Default;
  }
  return names;
}
