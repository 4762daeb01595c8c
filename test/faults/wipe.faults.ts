import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { profileId } from '../../src/domain/ids.ts';
import { readCliStatus } from '../harness/cliStatus.ts';
import { ensureOpenclaw, type OpenClaw } from '../harness/openclaw.ts';
import { buildWorker } from '../unit/gateway/buildWorker.ts';
import { chanceOf } from './support/chance.ts';
import { inMemory } from './support/memoryFolder.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';
import { AGENT, WipeScene, WRITTEN, type Profiles, type StoredProfile } from './support/wipeScene.ts';

/**
 * A real release empties its own store: it reads the file while another process writes it in place, takes it for one without
 * profiles, and saves that with what it came to add. Everything but the moment is real: release, store, worker, engine and vault.
 */
export const suite: FaultSuite = { name: 'wipe', run };

/** The first is what every run of the tests has installed anyway. */
const CASES = {
  small: [['2026.2.3', 1]],
  full: [
    ['2026.2.3', 4],
    ['2026.3.13', 20],
  ],
} as const;
/** What the release takes for a store without profiles. */
const TORN = ['', '{}', '{"version":1,"profiles":{}}', '{"version":1,"profi'] as const;

type Chance = () => number;

async function run(context: FaultContext): Promise<void> {
  const workerPath = await buildWorker();
  const chance = chanceOf(context.seed);
  const totals = { lost: 0, restored: 0 };
  try {
    for (const [release, cases] of CASES[context.budget]) {
      const cli = await ensureOpenclaw(release);
      for (let at = 0; at < cases; at += 1) {
        const [torn, isOpen] = [TORN[at % TORN.length] ?? '', chance() < 0.5];
        const name = `${release}, ${JSON.stringify(torn)}, the editor ${isOpen ? 'open' : 'closed'}, seed ${context.seed}`;
        const { problems, lost, restored } = await inMemory(context.tempDir, async (folder) => {
          const scene = await WipeScene.open(cli, folder, workerPath, profilesBy(chance));
          return replay(scene, { cli, home: `${folder}/home`, torn, isOpen }).finally(() => scene.close());
        });
        context.check(name, problems);
        totals.lost += lost;
        totals.restored += restored;
      }
    }
  } finally {
    rmSync(path.dirname(workerPath), { recursive: true, force: true });
  }
  context.figure('lost by the release', totals.lost);
  context.figure('restored', totals.restored);
}

interface Replay {
  readonly cli: OpenClaw;
  readonly home: string;
  readonly torn: string;
  readonly isOpen: boolean;
}

interface Result {
  readonly problems: readonly string[];
  readonly lost: number;
  readonly restored: number;
}

async function replay(scene: WipeScene, { cli, home, torn, isOpen }: Replay): Promise<Result> {
  const problems: string[] = [];
  const expect = (isSo: boolean, otherwise: string): void => {
    if (!isSo) problems.push(otherwise);
  };
  const before = scene.profiles();
  const copied = Object.keys(before).filter((id) => isCopied(before[id]));
  const ended = (): Result => ({ problems: [...problems, ...scene.ledger.problems], lost: 0, restored: 0 });
  await scene.keepInSync();
  if ((await scene.waitFor(() => scene.copies().size === copied.length)) === null)
    return { ...ended(), problems: [`${scene.copies().size} of ${copied.length} were copied`] };

  const copies = scene.copies();
  const writes = scene.ledger.log.length;
  if (!isOpen) scene.close();
  scene.truncate(torn);
  await scene.write(tokenOf('written'));
  const wiped = scene.text();
  expect(sameIds(Object.keys(scene.profiles()), [WRITTEN]), 'the release kept profiles: nothing is shown');
  if (!isOpen) scene.reopen();

  const halted = await scene.waitFor(
    ({ incident }) => incident?.kind === 'profilesGone' || incident?.kind === 'emptied',
  );
  if (halted?.incident == null) return { ...ended(), problems: [...problems, 'the loss was not noticed'] };
  const { gone, restorable } = halted.incident;
  expect(sameIds(gone, Object.keys(before)), `gone: ${gone.join(' ')}`);
  const ids = restorable.map((copy) => copy.profileId);
  expect(sameIds(ids, copied), `restorable: ${ids.join(' ')}`);
  expect(scene.text() === wiped, 'the store was written');
  expect(scene.ledger.log.length === writes, `written: ${scene.ledger.log.slice(writes).join('; ')}`);
  expect(sameCopies(scene.copies(), copies), 'copies were lost');

  await scene.window.settleIncident(AGENT, () => true);
  const after = scene.profiles();
  const restored = copied.filter((id) => isSameCredential(after[id], before[id]));
  for (const id of copied) expect(restored.includes(id), `${id} is not as before`);
  expect(after[WRITTEN]?.token === tokenOf('written'), 'what the release wrote is gone');
  expect(
    Object.values(after).every(({ type }) => type !== 'oauth'),
    'an OAuth login was written',
  );
  expect((await scene.waitFor(({ incident }) => incident === null)) !== null, 'the loss does not end');

  const listed = (await readCliStatus(cli, home)).profiles.map((profile) => profile.profileId);
  for (const id of [...copied, WRITTEN]) expect(listed.includes(id), `the release does not list ${id}`);
  await goesOn(scene, expect);
  return { ...ended(), lost: Object.keys(before).length, restored: restored.length };
}

/** A further edit arrives on both sides. */
async function goesOn(scene: WipeScene, expect: (isSo: boolean, otherwise: string) => void): Promise<void> {
  const entered = 'sk-FAKE-entered-after';
  const ended = await scene.window.enter(AGENT, 'openai:after', entered);
  expect(ended?.every(({ kind }) => kind === 'done') === true, 'a further edit is not done');
  expect(scene.profiles()['openai:after']?.key === entered, 'a further edit is not in the store');
  const agrees = await scene.waitFor(
    ({ incident, profiles }) => incident === null && !profiles.has(profileId('openai:after')),
  );
  expect(agrees !== null && scene.copies().has('openai:after'), 'a further edit is not agreed on');
}

const tokenOf = (name: string): string => `sk-ant-oat01-FAKE-${name.padEnd(90, '0')}`;

/** Two at least: tokens and keys, now and then beside a login, a reference and fields that we do not know. */
function profilesBy(chance: Chance): Profiles {
  const entries: [string, StoredProfile][] = Array.from({ length: 2 + Math.floor(chance() * 5) }, (_, at) => {
    const provider = chance() < 0.5 ? 'anthropic' : 'openai';
    const secret =
      chance() < 0.5 ? { type: 'token', token: tokenOf(`t${at}`) } : { type: 'api_key', key: `sk-FAKE-key-${at}` };
    return [`${provider}:p${at}`, { ...secret, provider, ...(chance() < 0.3 ? { colour: 'blue' } : {}) }];
  });
  if (chance() < 0.5)
    entries.push([
      'google:login',
      { type: 'oauth', provider: 'google', access: 'FAKE-access', refresh: 'FAKE-refresh', expires: 4_000_000_000_000 },
    ]);
  if (chance() < 0.5)
    entries.push([
      'openai:reference',
      { type: 'api_key', provider: 'openai', keyRef: { source: 'env', provider: 'default', id: 'FAKE_TEAM_KEY' } },
    ]);
  return Object.fromEntries(entries);
}

const isCopied = (profile: StoredProfile | undefined): boolean =>
  profile?.token !== undefined || (profile?.key !== undefined && profile['keyRef'] === undefined);

const isSameCredential = (is: StoredProfile | undefined, was: StoredProfile | undefined): boolean =>
  is?.type === was?.type && is?.provider === was?.provider && is?.token === was?.token && is?.key === was?.key;

const sameIds = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join() === others.toSorted().join();

const sameCopies = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean =>
  some.size === others.size && [...some].every(([id, print]) => others.get(id) === print);
