import * as path from 'node:path';
import { eraOf, parseRelease } from '../../src/domain/release.ts';
import type { JsonEra } from '../../src/gateway/jsonStore/lockRules.ts';
import { ensureOpenclaw, type OpenClaw } from '../harness/openclaw.ts';
import { runSupport } from './support/children.ts';
import { contest } from './support/contest.ts';
import { inMemory } from './support/memoryFolder.ts';
import { attemptOwn, attemptReal, OWN_PIDS, plantStore, startHolder, type Outcome } from './support/namespaces.ts';
import { PLANTED_LOCKS } from './support/plantedLocks.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

/** Locks that somebody left, or holds in another process number space: we and the release must do the same with them. */
export const suite: FaultSuite = {
  name: 'locks',
  programs: [
    { name: 'unshare', package: 'util-linux' },
    { name: 'nsenter', package: 'util-linux' },
  ],
  run,
};

/** Releases give up after at most this time (ten tries, 100 ms to 10 s each). */
const WHOLE_WAIT_MS = 75_000;
const SHORT_WAIT_MS = 2_000;

interface Dialect {
  readonly release: string;
  readonly era: JsonEra;
  readonly cli: OpenClaw;
}

async function run(context: FaultContext): Promise<void> {
  const releases = context.budget === 'full' ? ['2026.2.3', '2026.3.13', '2026.6.1'] : ['2026.2.3', '2026.6.1'];
  const dialects = await Promise.all(releases.map(openDialect));
  await inMemory(context.tempDir, async (folder) => {
    // The long waits beside each other, and beside everything else.
    const planted = Promise.all(dialects.map((dialect) => tryPlanted(context, dialect, folder)));
    if (context.budget === 'full') await tryNamespaces(context, dialects, folder);
    await planted;
  });
}

async function openDialect(release: string): Promise<Dialect> {
  const cli = await ensureOpenclaw(release);
  return { release, era: eraOf(parseRelease(release)) as JsonEra, cli };
}

async function tryPlanted(context: FaultContext, { release, era, cli }: Dialect, folder: string): Promise<void> {
  const isWhole = context.budget === 'full';
  const results = await contest(cli, era, PLANTED_LOCKS, folder, isWhole ? WHOLE_WAIT_MS : SHORT_WAIT_MS);
  for (const [index, { name, verdicts }] of PLANTED_LOCKS.entries()) {
    const { own = 'pending', real = 'pending' } = results[index] ?? {};
    const expected = verdicts[era];
    // A short wait only tells what is taken at once.
    const isSame = (found: string): boolean =>
      isWhole ? found === expected : (found === 'taken') === (expected === 'taken');
    context.check(`${release}, ${name}`, [
      ...(isSame(own) ? [] : [`ours: ${own}, not ${expected}`]),
      ...(isSame(real) ? [] : [`OpenClaw: ${real}, not ${expected}`]),
    ]);
  }
  context.figure('planted locks', PLANTED_LOCKS.length * (isWhole ? 3 : 2));
}

async function tryNamespaces(context: FaultContext, dialects: readonly Dialect[], folder: string): Promise<void> {
  const why = await whyNoNamespaces(context);
  if (why !== null) {
    context.skip('process number spaces', why);
    return;
  }
  for (const dialect of dialects) {
    const { release, era } = dialect;
    // A directory names nobody, so no space matters to it.
    const isFile = era !== 'json-directory-lock';
    await compare(
      context,
      dialect,
      folder,
      'holder outside, taker inside',
      isFile ? 'taken' : 'kept',
      [],
      () => OWN_PIDS,
    );
    await compare(context, dialect, folder, 'holder inside, taker inside', 'kept', OWN_PIDS, (beside) => beside);
    if (era === 'json-owned-lock')
      await compare(context, dialect, folder, 'holder inside, taker outside', 'taken', OWN_PIDS, () => []);
    if (!isFile) continue;
    for (const hasStartTime of [true, false])
      await tryRecycled(
        context,
        dialect,
        path.join(folder, `recycled-${release}-${String(hasStartTime)}`),
        hasStartTime,
      );
  }
}

async function whyNoNamespaces(context: FaultContext): Promise<string | null> {
  if (context.program('unshare') === null) return 'no unshare';
  if (context.program('nsenter') === null) return 'no nsenter';
  const { code } = await runSupport('ownLock.ts', ['nothing'], { prefix: OWN_PIDS });
  return code === 0 ? null : 'no right to make one';
}

/** A real gateway holds a lock; we and another real gateway want it. */
async function compare(
  context: FaultContext,
  { release, era, cli }: Dialect,
  folder: string,
  name: string,
  expected: Outcome,
  holderPrefix: readonly string[],
  takerPrefix: (beside: readonly string[]) => readonly string[],
): Promise<void> {
  const attempt = async (side: string): Promise<Outcome> => {
    const store = plantStore(path.join(folder, `${release} ${name} ${side}`.replaceAll(/\W+/g, '-')));
    const holder = await startHolder('realPeer.mjs', [cli.dir, 'hold', store, '120000'], holderPrefix);
    try {
      const prefix = takerPrefix(holder.beside);
      return side === 'ours' ? await attemptOwn(era, store, prefix) : await attemptReal(cli, store, prefix);
    } finally {
      await holder.stop();
    }
  };
  const [own, real] = await Promise.all([attempt('ours'), attempt('OpenClaw')]);
  context.check(`${release}, ${name}`, [
    ...(own === expected ? [] : [`ours: ${own}, not ${expected}`]),
    ...(real === expected ? [] : [`OpenClaw: ${real}, not ${expected}`]),
  ]);
}

/** The holder died and another process has its number: only a start time tells. */
async function tryRecycled(
  context: FaultContext,
  { release, era, cli }: Dialect,
  folder: string,
  hasStartTime: boolean,
): Promise<void> {
  const expected: Outcome = era === 'json-owned-lock' && hasStartTime ? 'taken' : 'kept';
  const attempt = async (side: string): Promise<Outcome> => {
    const store = plantStore(path.join(folder, side));
    const recycled = [...OWN_PIDS, process.execPath, path.join(import.meta.dirname, 'support/recycledPid.mjs')];
    const prefix = [...recycled, `${store}.lock`, hasStartTime ? 'yes' : 'no'];
    return side === 'ours' ? await attemptOwn(era, store, prefix) : await attemptReal(cli, store, prefix);
  };
  const [own, real] = await Promise.all([attempt('ours'), attempt('OpenClaw')]);
  context.check(`${release}, recycled pid, ${hasStartTime ? 'with' : 'without'} a start time`, [
    ...(own === expected ? [] : [`ours: ${own}, not ${expected}`]),
    ...(real === expected ? [] : [`OpenClaw: ${real}, not ${expected}`]),
  ]);
}
