// What a machine's tasks reach: the claim function, and EMR with clusters of ours and of others. Faults and durations come from the scenario;
// everything that happens is written down, for the judgement.

import { StatesError } from "./expression.mjs";

export const EXECUTION = "pipesynth:execution";
export const PIPELINE = "pipesynth:pipeline";

/** Seconds that a task takes where the scenario does not say it. */
const TAKES = 10;

/** What a task is for, by what it calls. */
const ROLES = [
  [/:states:::lambda:invoke$/, "claim"],
  [/:states:::elasticmapreduce:createCluster\.sync$/, "create"],
  [/:states:::elasticmapreduce:addStep\.sync$/, "step"],
  [/:states:::aws-sdk:emr:listClusters$/, "find"],
  [/:states:::elasticmapreduce:terminateCluster$/, "terminate"],
];

export function role(resource) {
  const found = ROLES.find(([pattern]) => pattern.test(resource));
  if (!found) throw new Error(`there is no stand-in for ${resource}: add it to world.mjs`);
  return found[1];
}

export class World {
  /** All clusters, other people's among them. */
  clusters = [];
  /** Each try of a task: `{name, role, began, ended, error}`; one that was stopped has no end. */
  tries = [];
  /** Tasks that failed for good: `{name, role, at, error}`. */
  lost = [];

  /** `scenario`: `{faults, takes, answers, pages}`, see scenarios.mjs. `context` is that of the execution. */
  constructor(scenario, context) {
    this.scenario = scenario;
    this.context = context;
    for (let other = 0; other < (scenario.pages ?? 0); other += 1) {
      this.#cluster(`pipesynth/another/run-${other}`, [{ Key: EXECUTION, Value: `arn:aws:states:::execution:pipesynth-another:run-${other}` }]);
    }
    this.others = [...this.clusters];
  }

  /** The clusters of this run that live: those that cost money. */
  get left() {
    return this.clusters.filter((cluster) => cluster.live && !this.others.includes(cluster));
  }

  /** The live clusters that the reaper finds for this execution: by its tag. */
  get reaped() {
    const ours = (tag) => tag.Key === EXECUTION && tag.Value === this.context.Execution.Id;
    return this.clusters.filter((cluster) => cluster.live && cluster.tags.some(ours));
  }

  get created() {
    return this.clusters.length - this.others.length;
  }

  /** Begins a try of a task: how long it takes, and how it ends unless it is stopped. */
  begin(name, resource, given, now) {
    const attempt = { name, role: role(resource), began: now };
    const count = this.tries.filter((other) => other.name === name).length;
    this.tries.push(attempt);
    const fault = this.scenario.faults?.[name]?.(count);
    const done = fault && !fault.effect ? fault.error : this.#do(attempt.role, given, fault);
    return {
      takes: fault?.hangs ? Infinity : (this.scenario.takes?.[name] ?? TAKES),
      end: (at) => {
        const error = fault?.error ?? (done instanceof StatesError ? done : undefined);
        Object.assign(attempt, { ended: at, error });
        if (error) throw error;
        return done;
      },
    };
  }

  timedOut(name, at) {
    const attempt = this.tries.findLast((other) => other.name === name);
    Object.assign(attempt, { ended: at, error: new StatesError("States.Timeout") });
  }

  gaveUp(name, error, at) {
    this.lost.push({ name, role: this.tries.findLast((other) => other.name === name)?.role, error, at });
  }

  /** What a task does: its result, or the error that the service answers with. */
  #do(what, given, fault) {
    switch (what) {
      case "claim":
        return this.#claim(given.Payload);
      case "create": {
        const cluster = this.#cluster(given.Name, given.Tags ?? []);
        cluster.live = fault?.effect !== "dead";
        return { ClusterId: cluster.id, ClusterArn: `arn:aws:elasticmapreduce:::cluster/${cluster.id}`, Cluster: { Id: cluster.id } };
      }
      case "step": {
        const runs = this.#live(given.ClusterId);
        return runs ? { Step: { Id: "s-1", Config: given.Step.HadoopJarStep, Status: { State: "COMPLETED" } } } : refused();
      }
      case "find":
        return this.#page(given);
      default: {
        const cluster = this.#live(given.ClusterId);
        if (!cluster) return refused();
        cluster.live = false;
        return {};
      }
    }
  }

  #claim(payload) {
    const asked = this.tries.filter((attempt) => attempt.role === "claim").length - 1;
    const answers = this.scenario.answers ?? ["go"];
    const turn = answers[Math.min(asked, answers.length - 1)];
    this.payload = payload;
    const resumeFrom = payload.input.resumeFrom ?? null;
    if (resumeFrom !== null && !payload.steps?.includes(resumeFrom)) {
      return new StatesError("InvalidRunInput", `\`resumeFrom\`: there is no step \`${resumeFrom}\``);
    }
    const claimed = turn !== "taken";
    const answer = { claimed, turn: claimed ? turn : "skip", runKey: "manual/run#1", logicalDate: "2026-11-23", attempt: 1 };
    return { StatusCode: 200, Payload: { ...answer, params: payload.params ?? {}, resumeFrom } };
  }

  #cluster(name, tags) {
    const cluster = { id: `j-${this.clusters.length + 1}`, name, tags, live: true };
    this.clusters.push(cluster);
    return cluster;
  }

  #live(id) {
    return this.clusters.find((cluster) => cluster.id === id && cluster.live);
  }

  /** One cluster on a page, the newest last. */
  #page(given) {
    const live = this.clusters.filter((cluster) => cluster.live);
    const at = Number(given.Marker ?? 0);
    const page = { Clusters: live.slice(at, at + 1).map((cluster) => ({ Id: cluster.id, Name: cluster.name })) };
    return at + 1 < live.length ? { ...page, Marker: String(at + 1) } : page;
  }
}

function refused() {
  return new StatesError("ElasticMapReduce.ValidationException", "the cluster is not there");
}
