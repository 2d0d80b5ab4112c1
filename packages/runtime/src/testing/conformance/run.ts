import { fields, VectorError } from "./check.ts";
import { compare, type Difference } from "./compare.ts";
import { ScenarioRun } from "./interpreter.ts";
import { parseScenario, type Scenario } from "./scenario.ts";
import { parseTrace, type Snapshot, type Trace } from "./trace.ts";
import type { BridgedWorld } from "./bridged-world.ts";
import { OneMachine } from "./world.ts";

/** How a vector went: where it failed, `step` is the index of the first step that differs, or "boot". */
export type VectorResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly step: number | "boot"; readonly difference: Difference };

/**
 * Runs a conformance vector: its scenario is run, and each of its snapshots compared with what came.
 *
 * @param json what `JSON.parse` made of the vector's file
 * @param file the name of the file, for error messages
 * @throws {VectorError} if it is no vector; the message says where, what was expected and what came
 */
export function runVector(json: unknown, file = "the vector"): VectorResult {
  const { scenario, trace } = parseVector(json, file);
  const world = new OneMachine();
  const run = new ScenarioRun(scenario, world);
  world.runUntilIdle();
  const booted = compare(trace.boot, { ...run.observe(), skipped: false });
  if (booted !== undefined) return { ok: false, step: "boot", difference: booted };
  for (const [step, spec] of scenario.steps.entries()) {
    const skipped = !run.give(spec);
    if (!skipped) world.runUntilIdle();
    const difference = compare(trace.steps[step]!, { ...run.observe(), skipped });
    if (difference !== undefined) return { ok: false, step, difference };
  }
  return { ok: true };
}

/**
 * The same with each nested VM of the scenario on the other side of a bridge. The two sides do not wait for each other, so only the order of
 * what each endpoint sees is compared, when both are idle.
 */
export async function runVectorBridged(json: unknown, world: BridgedWorld, file = "the vector"): Promise<VectorResult> {
  const { scenario, trace } = parseVector(json, file);
  const run = new ScenarioRun(scenario, world);
  await world.settle();
  const booted = compare(loosely(trace.boot), { ...run.observe(), skipped: false });
  if (booted !== undefined) return { ok: false, step: "boot", difference: booted };
  for (const [step, spec] of scenario.steps.entries()) {
    const skipped = !run.give(spec);
    if (!skipped) await world.settle();
    const difference = compare(loosely(trace.steps[step]!), { ...run.observe(), skipped });
    if (difference !== undefined) return { ok: false, step, difference };
  }
  return { ok: true };
}

function loosely(snapshot: Snapshot): Snapshot {
  return { ...snapshot, order: snapshot.order === "multiset" ? "multiset" : "perEndpoint", before: [] };
}

function parseVector(json: unknown, file: string): { readonly scenario: Scenario; readonly trace: Trace } {
  const vector = fields(json, file);
  const scenario = parseScenario(vector["scenario"], `${file}: scenario`);
  const trace = parseTrace(vector["trace"], `${file}: trace`);
  if (trace.steps.length === scenario.steps.length) return { scenario, trace };
  throw new VectorError(
    `${file}: trace.steps: expected a snapshot for each of ${scenario.steps.length} steps, got ${trace.steps.length}`,
  );
}
