import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { ensureOpenclaw } from '../harness/openclaw.ts';
import { buildWorker } from '../unit/gateway/buildWorker.ts';
import { runSupport } from './support/children.ts';
import { inMemory } from './support/memoryFolder.ts';
import type { SoakReading, SoakSpec } from './support/soak.ts';
import type { Budget, FaultContext, FaultSuite } from './support/suite.ts';

/**
 * Two windows and a real gateway on the stores of three agents, for as long as an afternoon is worth: the engine, the vault over a
 * SecretStorage in files (a fake), the local gateway and its workers, with users and the release's own writer at work.
 */
export const suite: FaultSuite = { name: 'soak', run };

const RELEASE = '2026.6.1';
const PLANS: Readonly<Record<Budget, { readonly totalMs: number; readonly roundMs: number; readonly warmUp: number }>> =
  {
    small: { totalMs: 22_000, roundMs: 12_000, warmUp: 0 },
    full: { totalMs: 30 * 60_000 - 1_000, roundMs: 60_000, warmUp: 3 },
  };
const MIB = 1024 ** 2;
const MOST_GROWTH_MIB = 20;
const MOST_FILES_MORE = 4;
/** V8 keeps the empty pages of a burst for the next one, up to 48 MiB, which would hide or pretend a growth of the process. */
const SMALL_NURSERY = '--max-semi-space-size=1';
/** Start, and a last round whose rest took long. */
const MARGIN_MS = 300_000;

async function run(context: FaultContext): Promise<void> {
  const { totalMs, roundMs, warmUp } = PLANS[context.budget];
  const cli = await ensureOpenclaw(RELEASE);
  const workerPath = await buildWorker();
  try {
    await inMemory(context.tempDir, async (folder) => {
      const spec: SoakSpec = { cli, folder, workerPath, seed: context.seed, totalMs, roundMs };
      const readings: SoakReading[] = [];
      const { code, stderr } = await runSupport('soak.ts', [JSON.stringify(spec)], {
        timeoutMs: totalMs + roundMs + MARGIN_MS,
        env: { NODE_OPTIONS: SMALL_NURSERY },
        onOutput: (stdout) => {
          const lines = stdout.split('\n').slice(0, -1);
          for (const line of lines.slice(readings.length)) {
            const reading = JSON.parse(line) as SoakReading;
            readings.push(reading);
            report(context, readings.length, reading);
          }
        },
      });
      context.check('it ends by itself', code === 0 ? [] : [`${String(code)}: ${stderr.slice(-2_000)}`]);
      checkMemory(context, readings.slice(warmUp));
      const sum = (of: (reading: SoakReading) => number): number => readings.reduce((all, one) => all + of(one), 0);
      context.figure('rounds', readings.length);
      context.figure(
        'deeds',
        sum(({ deeds }) => deeds),
      );
      context.figure(
        'writes of ours',
        sum(({ writes }) => writes),
      );
      context.figure(
        'violations',
        sum(({ problems }) => (problems.length > 0 ? 1 : 0)),
      );
    });
  } finally {
    rmSync(path.dirname(workerPath), { recursive: true, force: true });
  }
}

function report(context: FaultContext, round: number, reading: SoakReading): void {
  const { problems, deeds, writes, seconds, heap, own, files, children } = reading;
  context.check(`round ${round}, seed ${context.seed}`, [
    ...problems,
    ...(children > 0 ? [`${children} processes are left`] : []),
  ]);
  context.log(
    `round ${round}: ${deeds} deeds, ${writes} writes of ours, ${seconds.toFixed(0)} s; ` +
      `heap ${inMib(heap)}, process ${inMib(own)} MiB, ${files} files`,
  );
}

function checkMemory(context: FaultContext, readings: readonly SoakReading[]): void {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined || first === last)
    return context.check('memory', ['it was not measured twice']);
  const growth = (last.heap - first.heap) / MIB;
  const whole = (last.own - first.own) / MIB;
  const files = last.files - first.files;
  context.check('memory', [
    ...(growth < MOST_GROWTH_MIB ? [] : [`the heap grew by ${growth.toFixed(1)} MiB`]),
    ...(whole < MOST_GROWTH_MIB ? [] : [`the process grew by ${whole.toFixed(1)} MiB`]),
    ...(files <= MOST_FILES_MORE ? [] : [`${files} more files are open`]),
  ]);
  context.figure('heap growth MiB', growth.toFixed(1));
  context.figure('process growth MiB', whole.toFixed(1));
}

function inMib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
