import { mkdirSync, utimesSync } from 'node:fs';
import * as path from 'node:path';
import { eraOf, parseRelease } from '../../src/domain/release.ts';
import type { JsonEra } from '../../src/gateway/jsonStore/lockRules.ts';
import { ensureOpenclaw, type OpenClaw } from '../harness/openclaw.ts';
import { runSupportWell } from './support/children.ts';
import { inMemory } from './support/memoryFolder.ts';
import { plantStore, startHolder } from './support/namespaces.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';
import { runWriters } from './support/writers.ts';

/** A clock that is wrong, or jumps, on one side: nothing is lost, no living holder is robbed, and a forgotten lock is taken. */
export const suite: FaultSuite = {
  name: 'clocks',
  isFullOnly: true,
  programs: [{ name: 'faketime', package: 'faketime' }],
  run,
};

const OFFSETS = ['-1d', '-31s', '+0s', '+31s', '+1d', '+1y'];
const RELEASES = ['2026.2.3', '2026.3.13', '2026.6.1'];
const WRITES = 40;
const HOLD_MS = 3_000;
const HOUR_S = 3_600;

async function run(context: FaultContext): Promise<void> {
  const faketime = context.program('faketime');
  if (faketime === null) {
    context.skip('wrong clocks', 'no faketime');
    return;
  }
  for (const release of RELEASES) {
    const cli = await ensureOpenclaw(release);
    const era = eraOf(parseRelease(release)) as JsonEra;
    for (const offset of OFFSETS) {
      const prefix = [faketime, '-f', offset];
      await inMemory(context.tempDir, async (folder) => {
        await Promise.all([
          writeBeside(context, release, cli, offset, prefix, folder),
          keepAndTake(context, release, cli, era, offset, prefix, folder),
        ]);
      });
    }
    await inMemory(context.tempDir, (folder) => jump(context, release, cli, era, faketime, folder));
  }
  context.figure('clocks', RELEASES.length * (OFFSETS.length + 1));
}

/** Ours with the wrong clock, ours with the right one, and the real release. */
async function writeBeside(
  context: FaultContext,
  release: string,
  cli: OpenClaw,
  offset: string,
  prefix: readonly string[],
  folder: string,
): Promise<void> {
  const stateDir = path.join(folder, 'state');
  mkdirSync(stateDir, { mode: 0o700 });
  const result = await runWriters({
    ...{ stateDir, release, own: 2, ownWrites: WRITES, ownPrefixes: [prefix], oneShots: 0 },
    ...{ cli, peers: 1, peerWrites: WRITES, pauseMs: 5, looksAgain: release === '2026.3.13' },
  });
  const { own, peers, leftovers } = result;
  // 2026.3.13 loses writes by itself; of ours none may go silently.
  const lost = release === '2026.3.13' ? own.silent.length : own.lost + peers.lost;
  context.check(`${release}, our clock ${offset}: writes beside OpenClaw`, [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(own.acknowledged >= 2 * WRITES ? [] : [`${own.acknowledged} acknowledged; ${own.words.join(', ')}`]),
    ...leftovers.map((name) => `left behind: ${name}`),
  ]);
}

/** A living holder keeps its lock; where the release goes by age, a lock an hour old is taken at once. */
async function keepAndTake(
  context: FaultContext,
  release: string,
  cli: OpenClaw,
  era: JsonEra,
  offset: string,
  prefix: readonly string[],
  folder: string,
): Promise<void> {
  const store = plantStore(path.join(folder, 'held'));
  const holder = await startHolder('realPeer.mjs', [cli.dir, 'hold', store, '120000'], []);
  const isRobbed = await take(era, store, HOLD_MS, prefix);
  await holder.stop();
  context.check(`${release}, our clock ${offset}: a living holder`, isRobbed ? ['it was robbed of its lock'] : []);
  if (era === 'json-owned-lock') return;
  const forgotten = plantStore(path.join(folder, 'forgotten'));
  if (era === 'json-directory-lock') mkdirSync(`${forgotten}.lock`);
  else plantStore(path.join(folder, 'forgotten'), 'auth-profiles.json.lock');
  const hourAgo = Date.now() / 1_000 - HOUR_S;
  utimesSync(`${forgotten}.lock`, hourAgo, hourAgo);
  const isTaken = await take(era, forgotten, HOLD_MS, prefix);
  context.check(`${release}, our clock ${offset}: a forgotten lock`, isTaken ? [] : ['it was not taken']);
}

/** Our clock jumps a day ahead while the release holds the lock, and while we hold it. */
async function jump(
  context: FaultContext,
  release: string,
  cli: OpenClaw,
  era: JsonEra,
  faketime: string,
  folder: string,
): Promise<void> {
  const store = plantStore(path.join(folder, 'jump'));
  const holder = await startHolder('realPeer.mjs', [cli.dir, 'hold', store, '120000'], []);
  const stdout = await runSupportWell('ownLock.ts', ['jump', era, store, String(HOLD_MS)]);
  await holder.stop();
  context.check(
    `${release}: our clock jumps while it holds`,
    stdout.includes('"taken":true') ? ['it was robbed of its lock'] : [],
  );
  const own = plantStore(path.join(folder, 'own'));
  const ours = await startHolder('ownLock.ts', ['hold', era, own, '60000'], []);
  const isRobbed = await take(era, own, HOLD_MS, [faketime, '-f', '+1d']);
  await ours.stop();
  context.check(`${release}: another of ours whose clock jumped, while we hold`, isRobbed ? ['it took our lock'] : []);
}

async function take(era: JsonEra, store: string, waitMs: number, prefix: readonly string[]): Promise<boolean> {
  return (await runSupportWell('ownLock.ts', ['once', era, store, String(waitMs)], { prefix })).includes(
    '"taken":true',
  );
}
