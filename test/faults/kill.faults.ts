import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { chanceOf } from './support/chance.ts';
import { bundleWriter } from './support/child.ts';
import { withGateways, type Gateway } from './support/gateways.ts';
import { runInLanes } from './support/lanes.ts';
import {
  checkRecovery,
  inWorkFolder,
  nameOf,
  newScene,
  problemsOfState,
  runDisturbed,
  runReference,
  stateOf,
  type Reference,
  type Scenario,
} from './support/scenario.ts';
import { OPERATIONS, RELEASES, SITUATIONS } from './support/scene.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

/**
 * SIGKILL on entry of every system call of a write that names the store, its lock, a temporary file or their directory. After
 * each: every document is the earlier or the later one, nothing is wider than 0600, the next writer has the lock within a
 * second (ours and the real release's), and nothing of the dead writer is left.
 */
export const suite: FaultSuite = {
  name: 'kill',
  programs: [{ name: 'strace', package: 'strace' }],
  async run(context) {
    const strace = context.program('strace');
    if (strace === null) {
      context.skip('SIGKILL at every system call', 'no strace');
      return;
    }
    const scenarios = scenariosOf(context.budget);
    const releases = [...new Set(scenarios.map(({ release }) => release))];
    const bundle = path.join(context.tempDir, 'writer.mjs');
    await bundleWriter(path.resolve(import.meta.dirname, '../..'), bundle);
    const tally = new Tally();
    await inWorkFolder(context.tempDir, (folder) =>
      withGateways(releases, async (gateways) => {
        const tools = { bundle, strace, folder };
        const jobs: (() => Promise<void>)[] = [];
        await runInLanes(
          scenarios.map((scenario) => async () => {
            const reference = await runReference(scenario, bundle, strace, folder);
            const gateway = gateways.get(scenario.release) ?? null;
            const target = { scenario, reference, gateway };
            for (const [call, count] of reference.counts)
              jobs.push(() => killAtEach(call, count, target, tools, context, tally));
          }),
        );
        await runInLanes(jobs);
      }),
    );
    tally.report(context);
  },
};

function scenariosOf(budget: FaultContext['budget']): Scenario[] {
  if (budget === 'small') return [{ release: '2026.6.1', situation: 'exists', operation: 'add', hasConfig: false }];
  return RELEASES.flatMap((release) =>
    SITUATIONS.flatMap((situation) =>
      OPERATIONS.map((operation) => ({
        release,
        situation,
        operation,
        hasConfig: release === '2026.6.1' && situation === 'exists',
      })),
    ),
  );
}

interface Tools {
  readonly bundle: string;
  readonly strace: string;
  readonly folder: string;
}

interface Target {
  readonly scenario: Scenario;
  readonly reference: Reference;
  readonly gateway: Gateway | null;
}

async function killAtEach(
  call: string,
  count: number,
  { scenario, reference, gateway }: Target,
  tools: Tools,
  context: FaultContext,
  tally: Tally,
): Promise<void> {
  const chance = chanceOf(context.seed + count);
  for (let at = 1; ; at += 1) {
    if (at <= count && context.budget === 'small' && chance() < 0.5) continue;
    const name = `${nameOf(scenario)}: killed at ${call} ${at}`;
    const stateDir = newScene(tools.folder, scenario);
    const inject = `${call}:signal=SIGKILL:when=${at}`;
    const { signal, answer } = await runDisturbed(scenario, reference, tools, inject, stateDir);
    const isKilled = signal === 'SIGKILL';
    if (isKilled) {
      const problems = problemsOfState(reference, stateDir);
      const state = stateOf(reference, stateDir);
      if (answer?.kind === 'done' && state !== 'new') problems.push('acknowledged, and not there');
      const recovery = await checkRecovery(scenario, gateway, stateDir);
      problems.push(...recovery.problems);
      tally.add(problems, state, recovery.waitsForAge, recovery.gatewayMs);
      context.check(name, problems);
    }
    rmSync(stateDir, { recursive: true, force: true });
    if (isKilled) continue;
    // One more than the log of the undisturbed run has must be one too many.
    if (at <= count) context.check(name, [`the undisturbed write has ${count} such calls, this one fewer`]);
    return;
  }
}

class Tally {
  readonly #states = { old: 0, new: 0, between: 0 };
  readonly #problems = { corrupt: 0, wide: 0, blocked: 0, left: 0 };
  #aged = 0;
  #slowest = 0;

  add(problems: readonly string[], state: 'old' | 'new' | 'between', waitsForAge: boolean, gatewayMs: number): void {
    this.#states[state] += 1;
    if (waitsForAge) this.#aged += 1;
    this.#slowest = Math.max(this.#slowest, gatewayMs);
    for (const kind of ['corrupt', 'wide', 'blocked', 'left'] as const)
      if (problems.some((problem) => problem.startsWith(kind))) this.#problems[kind] += 1;
  }

  report(context: FaultContext): void {
    const { old, new: later, between } = this.#states;
    context.figure('points', old + later + between);
    context.figure('old', old);
    context.figure('new', later);
    context.figure('between its files', between);
    for (const [kind, count] of Object.entries(this.#problems)) context.figure(kind, count);
    context.figure('locks that only age ends', this.#aged);
    context.figure('slowest gateway ms', this.#slowest);
  }
}
