import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import { seenCredential } from '../../src/domain/expectation.ts';
import { GATEWAY_WARN_MS } from '../../src/domain/health.ts';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import { agentId, profileId, providerId } from '../../src/domain/ids.ts';
import { canRemoveProfile, eraOf, parseRelease } from '../../src/domain/release.ts';
import type { GatewayService } from '../../src/gateway/service.ts';
import { Secret } from '../../src/platform/secret.ts';
import { expiresAtOf, labelsOf, readCliStatus } from './cliStatus.ts';
import { openLocalGateway } from './localGateway.ts';
import { askOpenclaw, ensureOpenclaw, runOpenclaw, type OpenClaw } from './openclaw.ts';

const DAY_MS = 86_400_000;
const MAIN = agentId('main');
const ANTHROPIC = providerId('anthropic');
const WORK = profileId('anthropic:work');
const HOME_PROFILE = profileId('anthropic:home');
const KEY = profileId('openrouter:manual');

/** Fake tokens of the length of real ones, told apart by their ends. */
const tokenOf = (mark: string): Secret =>
  Secret.of(`sk-ant-oat01-${'FAKE'.repeat(30)}`.slice(0, 104) + mark.padStart(4, 'X'));
const WORK_TOKEN = tokenOf('WORK');
const HOME_TOKEN = tokenOf('HOME');
const RENEWED_TOKEN = tokenOf('NEXT');
const KEY_SECRET = Secret.of(`sk-or-v1-${'FAKE'.repeat(16)}`);

/** How the gateway of a home is reached: on this machine, or over a link to a host that it lives on. */
export interface Reach {
  readonly name: string;
  readonly open: (cli: OpenClaw, home: string) => Promise<GatewayService> | GatewayService;
  /** Of everything that was opened. */
  readonly close: () => Promise<void>;
}

export const onThisMachine: Reach = {
  name: 'on this machine',
  open: (cli, home) => openLocalGateway(home, { cli }),
  close: () => Promise.resolve(),
};

/**
 * Reads what the release's CLI wrote, and lets the CLI read what we wrote. Two homes: the *twin* is made by the CLI alone,
 * the other one by us, with the same steps.
 */
export function describeCliConformance(version: string, reach: Reach = onThisMachine): void {
  describe(`the command line of OpenClaw ${version}, ${reach.name}`, () => {
    const hasApiKeyCommand = version >= '2026.6';
    const release = parseRelease(version);
    const canRemove = canRemoveProfile(release, eraOf(release));
    let cli: OpenClaw;
    let folder: string;
    let twin: string;
    let home: string;
    let ours: GatewayService;

    beforeAll(async () => {
      cli = await ensureOpenclaw(version);
      folder = await mkdtemp(path.join(tmpdir(), 'conformance-cli-'));
      twin = path.join(folder, 'twin');
      home = path.join(folder, 'ours');
      await createHome(cli, twin);
      await cp(twin, home, { recursive: true });
      ours = await reach.open(cli, home);
      await paste(cli, twin, 'paste-token', 'anthropic', WORK, WORK_TOKEN, ['--expires-in', '200d']);
      await paste(cli, twin, 'paste-token', 'anthropic', HOME_PROFILE, HOME_TOKEN, []);
      if (hasApiKeyCommand) await paste(cli, twin, 'paste-api-key', 'openrouter', KEY, KEY_SECRET, []);
    });
    afterAll(async () => {
      await reach.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('writes a store that we read whole', async () => {
      const gateway = await reach.open(cli, twin);
      const snapshot = await gateway.snapshot();
      expect(snapshot).toMatchObject({
        releaseSource: 'cli',
        release: { text: version },
        era: eraOf(parseRelease(version)),
      });
      expect(snapshot.config).toMatchObject({ state: 'ok', lastTouchedVersion: version });
      const main = snapshot.agents.find((agent) => agent.id === MAIN);
      expect(main?.store).toMatchObject({ state: 'ok', isValueReadable: true });
      expect([...(main?.set.profiles.keys() ?? [])]).toEqual([WORK, HOME_PROFILE, ...(hasApiKeyCommand ? [KEY] : [])]);
      expect(main?.set.unreadable).toEqual([]);
      const work = main?.set.profiles.get(WORK);
      expect(work).toMatchObject({
        type: 'token',
        provider: 'anthropic',
        origin: 'own',
        material: { kind: 'value', length: 108 },
      });
      const left = work?.expiry.kind === 'at' ? work.expiry.unixMs - Date.now() : 0;
      expect(left).toBeGreaterThan(199 * DAY_MS);
      expect(left).toBeLessThanOrEqual(200 * DAY_MS);
      expect(main?.set.profiles.get(HOME_PROFILE)?.expiry).toEqual({ kind: 'none' });
      expect((await gateway.readCredential(MAIN, WORK))?.secret.equals(WORK_TOKEN)).toBe(true);
      if (hasApiKeyCommand) expect((await gateway.readCredential(MAIN, KEY))?.secret.equals(KEY_SECRET)).toBe(true);
    });

    it('lists the profiles that we add, with the same configuration as after its own command', async () => {
      const expiresAt = Date.now() + 200 * DAY_MS;
      await mustBeDone(ours, put(WORK, WORK_TOKEN, expiresAt, null));
      await mustBeDone(ours, put(HOME_PROFILE, HOME_TOKEN, null, null));
      if (hasApiKeyCommand) await mustBeDone(ours, putKey());
      const status = await readCliStatus(cli, home);
      expect(labelsOf(status)).toEqual({
        [WORK]: 'ok',
        [HOME_PROFILE]: 'static',
        ...(hasApiKeyCommand ? { [KEY]: 'static' } : {}),
      });
      // The command line takes a duration, so the end is counted from its own start.
      expect(Math.abs(Number(expiresAtOf(status, WORK)) - expiresAt)).toBeLessThan(120_000);
      expect(await readConfig(home)).toEqual(await readConfig(twin));
    });

    it('lists a profile that we replace, and keeps its place', async () => {
      const before = (await ours.snapshot()).agents[0]?.set.profiles.get(WORK)?.material;
      const expected = before?.kind === 'value' ? before.fingerprint : null;
      expect(expected).not.toBeNull();
      await mustBeDone(ours, put(WORK, RENEWED_TOKEN, Date.now() + 365 * DAY_MS, expected));
      const status = await readCliStatus(cli, home);
      expect(Number(expiresAtOf(status, WORK)) - Date.now()).toBeGreaterThan(364 * DAY_MS);
      expect((await ours.readCredential(MAIN, WORK))?.secret.equals(RENEWED_TOKEN)).toBe(true);
    });

    it('names the order that we set, and none after we cleared it', async () => {
      await mustBeDone(ours, {
        kind: 'setOrder',
        agentId: MAIN,
        provider: ANTHROPIC,
        profileIds: [HOME_PROFILE, WORK],
        expected: null,
      });
      const get = ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--agent', 'main', '--json'];
      expect(await askOpenclaw(cli, home, get)).toMatchObject({ order: [HOME_PROFILE, WORK] });
      expect(await ourOrder(ours)).toEqual([HOME_PROFILE, WORK]);
      await mustBeDone(ours, {
        kind: 'clearOrder',
        agentId: MAIN,
        provider: ANTHROPIC,
        expected: [HOME_PROFILE, WORK],
      });
      expect(await askOpenclaw(cli, home, get)).toMatchObject({ order: null });
    });

    it(canRemove ? 'no longer lists a profile that we remove' : 'keeps the profile that it cannot remove', async () => {
      const before = await ours.snapshot();
      const expected = seenCredential(before.agents[0]?.set.profiles.get(WORK) ?? null) ?? 'hidden';
      const change = {
        kind: 'removeProfile',
        agentId: MAIN,
        provider: ANTHROPIC,
        profileId: WORK,
        expected,
      } as const satisfies Change;
      if (!canRemove) {
        expect(await ours.apply(change)).toMatchObject({ kind: 'notDone', error: { code: 'cliUnsupported' } });
        expect((await ours.snapshot()).agents).toEqual(before.agents);
        expect(Object.keys(labelsOf(await readCliStatus(cli, home)))).toContain(WORK);
        return;
      }
      await mustBeDone(ours, change);
      const status = await readCliStatus(cli, home);
      expect(Object.keys(labelsOf(status))).toEqual([HOME_PROFILE, ...(hasApiKeyCommand ? [KEY] : [])]);
      const config = (await readConfig(home)) as { auth: { profiles: Record<string, unknown> } };
      expect(Object.keys(config.auth.profiles)).not.toContain(WORK);
    });
  });
}

/**
 * A gateway that was set up and has no credential yet. The release writes the configuration itself, so that what it adds to
 * every file it writes (its version, and in 2026.2.3 its defaults) is there on both sides.
 */
async function createHome(cli: OpenClaw, home: string): Promise<void> {
  await mkdir(home);
  // 2026.2.3 completes its defaults with the second write.
  const times = cli.version === '2026.2.3' ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    const { code, stdout, stderr } = await runOpenclaw(cli, home, ['config', 'set', 'gateway.mode', 'local']);
    if (code !== 0) throw new Error(`openclaw config set: exit code ${code}\n${stdout}${stderr}`);
  }
}

async function paste(
  cli: OpenClaw,
  home: string,
  command: 'paste-token' | 'paste-api-key',
  provider: string,
  id: string,
  secret: Secret,
  more: readonly string[],
): Promise<void> {
  const args = ['models', 'auth', command, '--provider', provider, '--profile-id', id, ...more];
  const { code, stderr } = await runOpenclaw(cli, home, args, secret);
  if (code !== 0) throw new Error(`openclaw ${args.join(' ')}: exit code ${code}\n${stderr}`);
}

function put(
  id: typeof WORK,
  secret: Secret,
  expiresAt: number | null,
  expected: (Change & { kind: 'putCredential' })['expected'],
): Change {
  const credential = { type: 'token', secret, expiresAt } as const;
  return { kind: 'putCredential', agentId: MAIN, provider: ANTHROPIC, profileId: id, credential, expected };
}

function putKey(): Change {
  const credential = { type: 'api_key', secret: KEY_SECRET } as const;
  return {
    kind: 'putCredential',
    agentId: MAIN,
    provider: providerId('openrouter'),
    profileId: KEY,
    credential,
    expected: null,
  };
}

async function mustBeDone(gateway: GatewayService, change: Change): Promise<void> {
  const outcome = await gateway.apply(change);
  const why = outcome.kind === 'done' ? '' : `${outcome.error.code} ${JSON.stringify(outcome.error.details)}`;
  expect(`${outcome.kind} ${why}`).toBe('done ');
}

async function ourOrder(gateway: GatewayService): Promise<readonly string[] | undefined> {
  const status = deriveHostStatus(await gateway.snapshot(), { now: Date.now(), warnMs: GATEWAY_WARN_MS });
  return status.agents[0]?.providers.find((provider) => provider.id === ANTHROPIC)?.order.profileIds;
}

/** `openclaw.json` without the time of the last write. */
async function readConfig(home: string): Promise<unknown> {
  const text = await readFile(path.join(home, '.openclaw/openclaw.json'), 'utf8');
  const config = JSON.parse(text) as { meta?: { lastTouchedAt?: string } };
  delete config.meta?.lastTouchedAt;
  return config;
}
