// A machine → the same machine with one thing broken. Each of them has to be found: where one is not, the checks mean nothing.

/** `[name, definition]` of every mutant. */
export function mutants(definition) {
  const found = [];
  const add = (name, path, change) => {
    const copy = structuredClone(definition);
    change(path.reduce((value, key) => value[key], copy));
    if (JSON.stringify(copy) !== JSON.stringify(definition)) found.push([name, copy]);
  };
  const level = (scope, path) => {
    for (const [name, state] of Object.entries(scope.States)) {
      const here = [...path, "States", name];
      for (const key of ["Next", "Default", "Catch", "Retry", "Assign"].filter((key) => key in state)) {
        add(`\`${name}\` without \`${key}\``, here, (part) => delete part[key]);
      }
      for (const key of ["Catch", "Choices"]) {
        (state[key] ?? []).forEach((_, at) => {
          add(`\`${name}\` without \`${key}\` ${at + 1}`, here, (part) => part[key].splice(at, 1));
          add(`\`${key}\` ${at + 1} of \`${name}\` leads to the outcome`, here, (part) => (part[key][at].Next = "Run outcome?"));
        });
      }
      if (name === "Run steps" || name === "Create cluster") {
        add(`\`${name}\` leads to the outcome`, here, (part) => (part.Next = "Run outcome?"));
        add(`the error of \`${name}\` is forgotten`, here, (part) => delete part.Catch[0].Assign);
      }
      (state.Branches ?? []).forEach((branch, at) => level(branch, [...here, "Branches", at]));
    }
  };
  level(definition, []);
  add("clusters without tags", ["States", "Create cluster", "Arguments"], (part) => delete part.Tags);
  add("a creation that is tried again", ["States", "Create cluster"], (part) => {
    part.Retry = [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }];
  });
  add("a search by nothing", ["States", "Find cluster", "Assign"], (part) => {
    part.clusterId = "{% $states.result.Clusters[0].Id %}";
  });
  add("a limit that is too short", [], (part) => (part.TimeoutSeconds -= 3 * 3600));
  return found;
}
