import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { ensureOpenclaw } from '../harness/openclaw.ts';
import { inMemory } from './support/memoryFolder.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';
import { runWriters, type SideResult, type WritersPlan, type WritersResult } from './support/writers.ts';

/**
 * Many processes write to one store: ours alone, and beside gateways of the releases that lock it. Each has its own profiles and
 * an order of its own, and says what was acknowledged; at the end all of it must stand in the store.
 */
export const suite: FaultSuite = { name: 'concurrency', run };

type Counts = Omit<WritersPlan, 'stateDir' | 'cli' | 'release'>;

const own = (processes: number, ownWrites: number, oneShots = 0): Counts => ({
  ...{ own: processes, ownWrites, oneShots, peers: 0, peerWrites: 0, pauseMs: 0 },
});
const mixed = (each: number, ownWrites: number, peerWrites = ownWrites): Counts => ({
  ...{ own: each, ownWrites, oneShots: 0, peers: each, peerWrites, pauseMs: 0 },
});

async function run(context: FaultContext): Promise<void> {
  if (context.budget === 'small') {
    await mustKeepAll(context, 'ours', '2026.6.1', own(8, 50));
    await mustKeepAll(context, 'mixed', '2026.6.1', mixed(4, 25));
    return;
  }
  await mustKeepAll(context, 'ours', '2026.6.1', own(8, 2_300));
  await mustKeepAll(context, 'ours, with processes of one write', '2026.6.1', own(2, 400, 200));
  await mustKeepAll(context, 'ours, on disk', '2026.2.3', own(4, 250), context.tempDir);
  for (const release of ['2026.2.3', '2026.6.1']) {
    await mustKeepAll(context, 'mixed', release, mixed(2, 2_500));
    await mustKeepAll(context, 'mixed, more at once', release, mixed(4, 60));
  }
  await compareWithBaseline(context);
}

async function mustKeepAll(
  context: FaultContext,
  name: string,
  release: string,
  counts: Counts,
  folder?: string,
): Promise<void> {
  const result = await writers(context, release, counts, folder);
  report(context, `${name}, ${release}`, result);
  const { own: ours, peers } = result;
  const planned = counts.own * counts.ownWrites + counts.oneShots;
  context.check(`${name}, ${release}: nothing is lost`, [
    ...problemsOf('ours', ours),
    ...problemsOf('OpenClaw', peers),
    ...(ours.acknowledged === planned ? [] : [`ours: ${ours.acknowledged} of ${planned} acknowledged`]),
    ...result.leftovers.map((left) => `left behind: ${left}`),
  ]);
  count(context, counts.peers > 0 ? 'mixed writes' : 'own writes', ours.acknowledged + peers.acknowledged);
  count(context, 'lost', ours.lost + peers.lost);
  count(context, 'left behind', result.leftovers.length);
}

/** 2026.3.13 loses writes by itself. Of ours none may go without being noticed. */
async function compareWithBaseline(context: FaultContext): Promise<void> {
  const release = '2026.3.13';
  for (const [name, counts] of [
    ['2 of 2026.3.13 alone', { ...own(0, 0), peers: 2, peerWrites: 1_000 }],
    ['4 of 2026.3.13 alone', { ...own(0, 0), peers: 4, peerWrites: 250 }],
    ['2 of 2026.3.13 and 2 of ours', { ...mixed(2, 600), looksAgain: true }],
    ['4 of 2026.3.13 and 2 of ours', { ...mixed(4, 150), own: 2, ownWrites: 300, looksAgain: true }],
  ] as const) {
    const result = await writers(context, release, counts);
    report(context, name, result);
    count(context, counts.own > 0 ? '2026.3.13 beside us lost' : '2026.3.13 alone lost', result.peers.lost);
    if (counts.own === 0) continue;
    count(context, 'ours undone, noticed', result.own.noticed);
    count(context, 'ours lost silently', result.own.silent.length);
    context.check(
      `${name}: nothing of ours is lost silently`,
      result.own.silent.map((id) => `not noticed: ${id}`),
    );
  }
}

async function writers(
  context: FaultContext,
  release: string,
  counts: Counts,
  folder?: string,
): Promise<WritersResult> {
  const cli = counts.peers > 0 ? await ensureOpenclaw(release) : null;
  const go = (place: string): Promise<WritersResult> => {
    const stateDir = path.join(place, 'state');
    mkdirSync(stateDir, { mode: 0o700 });
    return runWriters({ ...counts, release, cli, stateDir });
  };
  return folder === undefined ? await inMemory(context.tempDir, go) : await go(folder);
}

function problemsOf(side: string, { lost, silent, unknown, words }: SideResult): string[] {
  return [
    ...(lost > 0 ? [`${side}: ${lost} acknowledged writes lost`] : []),
    ...silent.map((name) => `${side}: not in the store at the end: ${name}`),
    ...(unknown > 0 ? [`${side}: ${unknown} ended as unknown`] : []),
    ...words.slice(0, 3),
  ];
}

function report(context: FaultContext, name: string, { own: ours, peers, seconds, unconfigured }: WritersResult): void {
  const words = (side: SideResult): string =>
    `${side.acknowledged} acknowledged, ${side.refused} refused, ${side.lost} lost, ${side.noticed} noticed`;
  const rest = unconfigured > 0 ? `; ${unconfigured} without a configuration entry` : '';
  context.log(`${name}: ours ${words(ours)}; OpenClaw ${words(peers)}${rest}; ${seconds.toFixed(1)} s`);
}

const totals = new Map<string, number>();
function count(context: FaultContext, name: string, more: number): void {
  totals.set(name, (totals.get(name) ?? 0) + more);
  context.figure(name, totals.get(name) ?? 0);
}
