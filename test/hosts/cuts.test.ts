import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fakeToken } from '../unit/gateway/sqliteFixture.ts';
import type { HostUnderTest } from './support/openHost.ts';
import { startNetwork, whyNoNetwork, type TestNetwork } from './support/network.ts';
import { put, shown, signal, until, useSshScene, type SshScene } from './support/scene.ts';
import { HAS_SSHD } from './support/sshd.ts';

/** Of each way of cutting: those that are noticed at once, and those that only silence tells, in a quarter of a minute each. */
const CUTS = Number(process.env['CUTS'] ?? 8);
const SILENT_CUTS = Number(process.env['CUTS'] ?? 1);

/** Cuts, and answers with what mends it. */
type Cut = (scene: SshScene) => () => void;

const kills =
  (find: (scene: SshScene) => readonly number[]): Cut =>
  (scene) => {
    signal(find(scene), 'SIGKILL');
    return () => {};
  };
const stops =
  (find: (scene: SshScene) => readonly number[]): Cut =>
  (scene) => {
    const stopped = find(scene);
    signal(stopped, 'SIGSTOP');
    return () => signal(stopped, 'SIGCONT');
  };

interface Way {
  readonly name: string;
  readonly cut: Cut;
  readonly count: number;
  readonly isSilent: boolean;
}

const PROCESSES: readonly Way[] = [
  { name: 'the client is killed', cut: kills(({ clients }) => clients()), count: CUTS, isSilent: false },
  { name: 'the session is killed', cut: kills(({ sessions }) => sessions()), count: CUTS, isSilent: false },
  { name: 'the worker is killed', cut: kills(({ workers }) => workers('link')), count: CUTS, isSilent: false },
  { name: 'the client stands still', cut: stops(({ clients }) => clients()), count: SILENT_CUTS, isSilent: true },
  { name: 'the worker stands still', cut: stops(({ workers }) => workers('link')), count: SILENT_CUTS, isSilent: true },
];

if (!HAS_SSHD) it.skip('left out: there is no sshd');

describe.skipIf(!HAS_SSHD)('a write during which', () => {
  const scene = useSshScene();
  it.each(PROCESSES)(
    '$name leaves the old credential or the new one: $count times',
    (way) => cutOften(scene(), way),
    limitOf(CUTS),
  );
});

const noNetwork = HAS_SSHD ? whyNoNetwork() : 'there is no sshd';
const left = noNetwork === null ? '' : `, left out: ${noNetwork}`;

describe.skipIf(noNetwork !== null)(`a write during which${left}`, () => {
  let network: TestNetwork | null = null;
  const scene = useSshScene(() => (network ??= startNetwork()));
  const unplug: Cut = () => {
    network?.unplug();
    return () => network?.plug();
  };
  it(
    `the cable is pulled leaves the old credential or the new one: ${String(SILENT_CUTS)} times`,
    async () => {
      try {
        await cutOften(scene(), { name: 'the cable is pulled', cut: unplug, count: SILENT_CUTS, isSilent: true });
      } finally {
        network?.plug();
      }
    },
    limitOf(SILENT_CUTS),
  );
});

function limitOf(count: number): number {
  return 60_000 + count * 60_000;
}

/** Cuts at moments spread over the time that a write takes. After each it is known what stands there, and repeating it is harmless. */
async function cutOften(scene: SshScene, { name, cut, count, isSilent }: Way): Promise<void> {
  const host = scene.open('box');
  await write(host, 'FIRST');
  const usual = await write(host, 'SECOND');
  let last = 'SECOND';
  const ends: Record<string, number> = {};
  let slowest = 0;
  for (let at = 0; at < count; at += 1) {
    const mark = `CUT${String(at).padStart(3, '0')}`;
    const before = await shown(host);
    const asked = host.service.apply(put(mark, before));
    await sleep((usual * 1.1 * (at + 0.5)) / count);
    const since = performance.now();
    const mend = cut(scene);
    await until(() => host.link.state.kind !== 'up');
    if (isSilent) expect(host.link.state).toMatchObject({ kind: 'down', failure: { code: 'linkSilent' } });
    slowest = Math.max(slowest, performance.now() - since);
    const outcome = await asked;
    ends[outcome.kind] = (ends[outcome.kind] ?? 0) + 1;
    mend();
    await comeBack(host);
    // A writer that was on its way may finish first, and so may a worker that stood still.
    await until(() => scene.workers('rpc').length === 0 && scene.workers('link').length === 1);
    const token = await tokenIn(scene);
    expect([fakeToken(last), fakeToken(mark)]).toContain(token);
    if (outcome.kind === 'done') expect(token).toBe(fakeToken(mark));
    if (outcome.kind === 'notDone') expect(token).toBe(fakeToken(last));
    const now = await shown(host);
    expect(now === before).toBe(token === fakeToken(last));
    // Once more: whatever had happened, it is there then.
    expect(await host.service.apply(put(mark, now))).toMatchObject({ kind: 'done' });
    expect(await tokenIn(scene)).toBe(fakeToken(mark));
    last = mark;
  }
  const seconds = (slowest / 1000).toFixed(1);
  console.log(`${name}: ${String(count)} cuts, ${JSON.stringify(ends)}, noticed after at most ${seconds} s`);
  expect(Object.values(ends).reduce((sum, number) => sum + number, 0)).toBe(count);
}

/** How long it took, ms. */
async function write(host: HostUnderTest, mark: string): Promise<number> {
  const before = await shown(host);
  const since = performance.now();
  expect(await host.service.apply(put(mark, before))).toMatchObject({ kind: 'done' });
  return performance.now() - since;
}

async function comeBack(host: HostUnderTest): Promise<void> {
  await until(() => {
    host.link.reconnect();
    return host.link.state.kind === 'up';
  });
}

async function tokenIn(scene: SshScene): Promise<string | undefined> {
  const document = JSON.parse(await scene.store()) as { profiles: Record<string, { token: string }> };
  return document.profiles['anthropic:a']?.token;
}
