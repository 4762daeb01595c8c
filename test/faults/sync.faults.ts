import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { commandSequences, simulate, type Command } from '../simulation/simulation.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

/** The engine that keeps vault and store in agreement: sequences by chance of what users, gateways and SecretStorage do. */
export const suite: FaultSuite = { name: 'sync', run };

const STEPS = 40;
const CHUNK = 100;

async function run(context: FaultContext): Promise<void> {
  const total = context.budget === 'full' ? 20_000 : 200;
  const property = fc.asyncProperty(commandSequences(STEPS), async (commands) => {
    const problems = await simulate(commands);
    if (problems.length > 0) throw new Error(problems.join('\n  '));
  });
  for (let done = 0; done < total; done += CHUNK) {
    // So that the run can be ended in between.
    await tick();
    const seed = (context.seed + done) % 2 ** 31;
    const result = await fc.check(property, { seed, numRuns: Math.min(CHUNK, total - done) });
    context.check(`sequences ${done} to ${done + CHUNK}, seed ${seed}`, result.failed ? [describe(result)] : []);
  }
  context.figure('sequences', total);
  context.figure('steps of each', STEPS);
}

interface Failure {
  readonly counterexample: readonly [Command[]] | null;
  readonly counterexamplePath: string | null;
  readonly errorInstance: unknown;
}

function describe({ counterexample, counterexamplePath, errorInstance }: Failure): string {
  const steps = counterexample?.[0].filter(({ kind }) => kind !== 'nothing') ?? [];
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${why}\n  path ${counterexamplePath}, steps ${JSON.stringify(steps)}`;
}
