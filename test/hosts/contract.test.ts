import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import { agentId, localHostId, profileId, providerId } from '../../src/domain/ids.ts';
import type { PackedWorker } from '../../src/gateway/workerBoot.ts';
import { Secret } from '../../src/platform/secret.ts';
import { buildWorker } from '../unit/gateway/buildWorker.ts';
import { documentOf, fakeToken } from '../unit/gateway/sqliteFixture.ts';
import { SHELLS } from '../unit/hosts/shells.ts';
import { machineOf, openHost, packedWorker, printOf, type HostUnderTest } from './support/openHost.ts';
import { findPodman, startContainer, type TestContainer } from './support/podman.ts';
import { HAS_SSHD, startSshd, type Account, type TestSshd } from './support/sshd.ts';

let worker: PackedWorker;
let workerFile = '';
let sshd: TestSshd | null = null;
/** Of the homes of all tests. */
let base = '';
let container: TestContainer | null = null;

const podman = await findPodman();

const NOISE = 'echo "Welcome to this host."; printf "\\377\\376 no line break"; echo "reminder: pay" >&2';
const accounts: readonly Account[] = HAS_SSHD
  ? [
      ...SHELLS.map((shell) => ({ name: path.basename(shell), shell })),
      { name: 'noisy', shell: '/bin/sh', before: NOISE },
      { name: 'shared', shell: '/bin/bash' },
    ]
  : [];

beforeAll(async () => {
  workerFile = await buildWorker();
  worker = await packedWorker(workerFile);
  if (HAS_SSHD) sshd = await startSshd(accounts);
  base = mkdtempSync(path.join(tmpdir(), 'oca-homes-'));
  chmodSync(base, 0o755);
  if (podman.program !== null) container = await startContainer(podman.program, base);
});

afterAll(async () => {
  await sshd?.stop();
  await container?.remove();
  for (const folder of [path.dirname(workerFile), base]) rmSync(folder, { recursive: true, force: true });
});

const HOSTS = ['local', ...accounts.map(({ name }) => `ssh ${name}`), ...(podman.program === null ? [] : ['podman'])];

if (podman.missing !== null) it.skip(`over podman, left out: ${podman.missing}`);
if (!HAS_SSHD) it.skip('over ssh, left out: there is no sshd');

function open(name: string, stateDir: string, home: string): HostUnderTest {
  const places = { stateDir, node: process.execPath };
  const [kind, destination = ''] = name.split(' ');
  if (kind === 'local')
    return openHost({ spec: { kind: 'local', ...places }, program: '/bin/sh', worker, env: { HOME: home } });
  if (kind === 'podman' && container !== null) {
    const { id, name: shown, uid, node, program } = container;
    const user = `${String(uid)}:${String(uid)}`;
    const spec = { kind: 'container', engine: 'podman', id, name: shown, user, stateDir, node };
    return openHost({ spec, program, worker, env: ownEnvironment() });
  }
  if (sshd === null) throw new Error('no sshd');
  const runtimeDir = destination === 'shared' ? path.join(sshd.folder, 'cm') : null;
  return openHost({ spec: { kind: 'ssh', destination, ...places }, program: sshd.ssh, runtimeDir, worker });
}

const put = (id: string, mark: string, expected: Extract<Change, { kind: 'putCredential' }>['expected']) =>
  ({
    kind: 'putCredential',
    ...{ agentId: agentId('main'), provider: providerId('anthropic'), profileId: profileId(id), expected },
    credential: { type: 'token', secret: Secret.of(fakeToken(mark)), expiresAt: null },
  }) as const satisfies Change;

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

async function giveTo(uid: number, folder: string): Promise<void> {
  await chown(folder, uid, uid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    await chown(path.join(entry.parentPath, entry.name), uid, uid);
}

/** Whether anything on this machine has the text among its arguments or in its environment. */
function isSeenInProcesses(text: string): boolean {
  const own = String(process.pid);
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && pid !== own)
    .some((pid) =>
      ['cmdline', 'environ'].some((name) => {
        try {
          return readFileSync(`/proc/${pid}/${name}`, 'latin1').includes(text);
        } catch {
          return false;
        }
      }),
    );
}

describe.each(HOSTS)('a gateway on %s', (name) => {
  let home = '';
  let stateDir = '';
  let file = '';
  let host: HostUnderTest;

  beforeEach(async () => {
    home = mkdtempSync(path.join(base, 'home-'));
    stateDir = path.join(home, "it's a $(touch ran) place");
    file = path.join(stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(path.join(stateDir, 'openclaw.json'), JSON.stringify({ meta: { lastTouchedVersion: '2026.6.1' } }));
    await writeFile(file, JSON.stringify(documentOf('anthropic:a')), { mode: 0o600 });
    if (name === 'podman' && container !== null) await giveTo(container.uid, home);
    host = open(name, stateDir, home);
  });

  afterEach(async () => {
    await host.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  it('is read, written under its lock, read back, and leaves nothing behind', async () => {
    const { service } = host;
    const first = await service.snapshot();
    expect(first).toMatchObject({ hostId: localHostId(machineOf(host), stateDir), stateDir, era: 'json-owned-lock' });
    expect([...(first.agents[0]?.set.profiles.keys() ?? [])]).toEqual(['anthropic:a']);

    const change = put('anthropic:b', 'REMOTE', null);
    let isSeen = false;
    const ended = service.apply(change);
    const look = (async () => {
      for (let isOver = false; !isOver;) {
        isSeen ||= isSeenInProcesses(fakeToken('REMOTE'));
        isOver = await Promise.race([ended.then(() => true), sleep(20, false)]);
      }
    })();
    expect(await ended).toEqual({ kind: 'done', isNoop: false });
    await look;
    expect(isSeen).toBe(false);
    expect(await readFile(file, 'utf8')).toContain(fakeToken('REMOTE'));
    const material = (await service.snapshot()).agents[0]?.set.profiles.get(profileId('anthropic:b'))?.material;
    expect(material).toMatchObject({ kind: 'value', fingerprint: printOf(change.credential) });
    const read = await service.readCredential(agentId('main'), profileId('anthropic:b'));
    expect(read?.secret.equals(change.credential.secret)).toBe(true);
    expect(await service.sessions()).toEqual({ sessions: [], unread: [], isCut: false });
    // There is no program.
    const main = agentId('main');
    await expect(service.askGateway({ agentId: main, loadsAgain: false })).rejects.toMatchObject({
      code: 'cliMissing',
    });
    const pinning = { agentId: main, sessionKey: 'agent:main:x', model: 'p/m', profileId: null, expected: null };
    expect(await service.pinSession(pinning)).toMatchObject({ kind: 'notDone', error: { code: 'cliMissing' } });

    const key = Secret.of('sk-FAKE-over-the-link');
    const write = { name: 'XAI_API_KEY', value: key, expected: null };
    expect(await service.putVariable(write)).toEqual({ kind: 'done', isNoop: false });
    expect(await service.putVariable(write)).toMatchObject({ kind: 'notDone', error: { code: 'changeConflict' } });
    const seen = (await service.snapshot()).variables.variables.find(({ name }) => name === 'XAI_API_KEY');
    expect(await readFile(path.join(stateDir, '.env'), 'utf8')).toBe('XAI_API_KEY=sk-FAKE-over-the-link\n');
    expect(seen?.values.has('dotenv')).toBe(true);

    expect(await service.apply(put('anthropic:b', 'OTHER', null))).toMatchObject({
      ...{ kind: 'notDone', error: { code: 'changeConflict' } },
    });
    const order = [profileId('anthropic:b'), profileId('anthropic:a')];
    const about = { agentId: agentId('main'), provider: providerId('anthropic') };
    expect(await service.apply({ kind: 'setOrder', ...about, profileIds: order, expected: null })).toMatchObject({
      kind: 'done',
    });
    const expected = printOf(change.credential);
    const remove = { kind: 'removeProfile', ...about, profileId: profileId('anthropic:b'), expected } as const;
    expect(await service.apply(remove)).toMatchObject({ kind: 'done' });
    expect(await service.repair()).toMatchObject({ kind: 'notStarted', error: { code: 'cliMissing' } });
    expect(host.processes).toHaveLength(1);

    await host.dispose();
    expect(readdirSync(home)).toEqual([path.basename(stateDir)]);
    // What stands there is the gateway's: the configuration with its rotated backups, the keys, and the stores.
    const ours = (folder: string, known: RegExp): string[] => readdirSync(folder).filter((one) => !known.test(one));
    expect(ours(stateDir, /^(?:agents|\.env|openclaw\.json(?:\.bak(?:\.\d)?)?)$/)).toEqual([]);
    expect(ours(path.dirname(file), /^auth-(?:profiles|state)\.json$/)).toEqual([]);
  });

  it('is watched', async () => {
    let calls = 0;
    const watching = host.service.watch(() => void (calls += 1));
    await host.service.snapshot();
    await sleep(1_000);
    const before = calls;
    await writeFile(file, JSON.stringify(documentOf('anthropic:a', 'anthropic:new')));
    for (let tries = 0; calls === before && tries < 200; tries += 1) await sleep(50);
    expect(calls).toBeGreaterThan(before);
    const { agents } = await host.service.snapshot();
    expect([...(agents[0]?.set.profiles.keys() ?? [])]).toContain('anthropic:new');
    watching.dispose();
  });

  it('describes itself without anything being started there', async () => {
    const lines = await host.probe();
    const node = name === 'podman' ? container?.node : process.execPath;
    expect(lines).toContainEqual({ kind: 'node', version: process.versions.node, path: node });
    expect(lines.some((line) => line.kind === 'fact' && line.name === 'user')).toBe(true);
  });
});
