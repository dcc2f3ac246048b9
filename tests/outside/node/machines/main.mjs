// A JSON list of `{name, definition}` on stdin → runs every machine in every scenario; a line per machine and per finding, exit code 1 where
// there is any. First one machine is broken in every way: a fault that is not found means that the checks are broken.

import { readFileSync } from "node:fs";

import { check } from "./check.mjs";
import { mutants } from "./mutants.mjs";

const machines = JSON.parse(readFileSync(0, "utf8"));
const start = performance.now();
const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
const say = (line) => process.stdout.write(`${line}\n`);
let bad = 0;

const text = (machine) => JSON.stringify(machine.definition);
const rich = machines.filter((machine) => ['"Side by side', '"Wait for turn"'].every((part) => text(machine).includes(part)));
const tried = rich.sort((a, b) => text(a).length - text(b).length)[0];
if (!tried) {
  say("no machine with steps side by side: nothing to try the checks on");
  bad += 1;
} else {
  const broken = mutants(tried.definition);
  for (const [name, definition] of broken) {
    const { findings } = await check(definition, { whole: tried.definition });
    if (findings.length === 0) {
      say(`self-test: nothing is found wrong with ${tried.name} where ${name}`);
      bad += 1;
    }
  }
  say(`self-test: ${broken.length} mutants of ${tried.name}, ${bad} not found, ${seconds()} s`);
}

let runs = 0;
for (const { name, definition } of machines) {
  const checked = await check(definition);
  runs += checked.runs;
  bad += checked.findings.length;
  for (const finding of checked.findings.slice(0, 20)) say(`${name}: ${finding}`);
  if (checked.findings.length > 20) say(`${name}: and ${checked.findings.length - 20} more`);
}
say(`machines: ${machines.length} machines, ${runs} runs, ${bad} findings, ${seconds()} s`);
process.exitCode = bad ? 1 : 0;
