import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askingRules, compareWithGateway, type GatewayTruth } from '../../src/domain/gatewayTruth.ts';
import { DAY_MS } from '../../src/domain/health.ts';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import { agentId, profileId, providerId, type ProfileId } from '../../src/domain/ids.ts';
import { pinningRules } from '../../src/domain/pinRules.ts';
import { eraOf, parseRelease } from '../../src/domain/release.ts';
import type { AgentSession } from '../../src/domain/sessionPin.ts';
import type { GatewayService } from '../../src/gateway/service.ts';
import { Secret } from '../../src/platform/secret.ts';
import { GatewayProcess, PROVIDER } from '../faults/support/gatewayProcess.ts';
import { openLocalGateway } from './localGateway.ts';
import { ensureOpenclaw } from './openclaw.ts';
import { writeHome } from './openclawHome.ts';

const [A, B, ADDED] = [`${PROVIDER}:a`, `${PROVIDER}:b`, `${PROVIDER}:added`] as const;
const SESSION = 'agent:main:t1';
const MAIN = agentId('main');
const keyOf = (name: string): string => ['sk', 'FAKE', name].join('-');

/** A gateway of the release that is asked what it has, and told to tie a session: what counts is the next request's key. */
export function describeAskedGateway(version: string): void {
  const release = parseRelease(version);
  const rules = askingRules(release);

  describe(`the gateway of OpenClaw ${version} that runs`, () => {
    let folder: string;
    let home: string;
    let gateway: GatewayProcess;
    let ours: GatewayService;

    const compare = async (loadsAgain = false): Promise<GatewayTruth> => {
      const answer = await ours.askGateway({ agentId: MAIN, loadsAgain });
      if (answer.kind !== 'answered') throw new Error(answer.kind);
      const status = deriveHostStatus(await ours.snapshot(), { now: Date.now(), warnMs: DAY_MS });
      const agent = status.agents.find(({ id }) => id === MAIN) ?? expect.fail('no agent');
      return compareWithGateway(agent, answer.providers, rules);
    };
    const session = async (): Promise<AgentSession> => {
      const { sessions } = await ours.sessions();
      return sessions.find(({ sessionKey }) => sessionKey === SESSION) ?? expect.fail('no session');
    };
    const pin = async (to: ProfileId | null) => {
      const { agentId: agent, sessionKey, profileId: expected } = await session();
      return ours.pinSession({ agentId: agent, sessionKey, model: `${PROVIDER}/m`, profileId: to, expected });
    };

    beforeAll(async () => {
      const cli = await ensureOpenclaw(version);
      folder = await mkdtemp(path.join(tmpdir(), 'asked-'));
      home = path.join(folder, 'home');
      const entry = (name: string) => ({ type: 'api_key', provider: PROVIDER, key: keyOf(name) });
      const configured = { provider: PROVIDER, mode: 'api_key' };
      await writeHome(home, version, {
        config: { auth: { profiles: { [A]: configured, [B]: configured, [ADDED]: configured } } },
        agents: {
          main: { store: { version: 1, profiles: { [A]: entry('a'), [B]: entry('b') } }, state: { version: 1 } },
        },
      });
      gateway = await GatewayProcess.over(cli, home, { providers: { [PROVIDER]: {} }, byAgent: { main: PROVIDER } });
      ours = openLocalGateway(home, { cli });
    });
    afterAll(async () => {
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('says that none answers, before it is started', async () => {
      const answer = await ours.askGateway({ agentId: MAIN, loadsAgain: false });
      expect(answer).toEqual({ kind: rules.isOffered ? 'noGateway' : 'notOffered' });
      await gateway.start();
    });

    it.runIf(rules.isOffered)('has what the store has', async () => {
      const truth = await compare();
      expect(truth.differences).toBe(0);
      expect(truth.rows.map(({ profileId: id, theirs }) => [id, theirs?.status])).toEqual([
        [A, 'static'],
        [B, 'static'],
      ]);
    });

    it.runIf(rules.isOffered)('shows what was added, at the latest when it has loaded again', async () => {
      if (eraOf(release) === 'sqlite') {
        const credential = { type: 'api_key', secret: Secret.of(keyOf('added')) } as const;
        const outcome = await ours.apply({
          ...{ kind: 'putCredential', agentId: MAIN, provider: providerId(PROVIDER), profileId: profileId(ADDED) },
          ...{ credential, expected: null },
        });
        expect(outcome).toMatchObject({ kind: 'done' });
        expect((await compare()).differences).toBe(0);
        return;
      }
      // By somebody else, and so without a word to the gateway.
      const file = path.join(home, '.openclaw/agents/main/agent/auth-profiles.json');
      const document = JSON.parse(await readFile(file, 'utf8')) as { profiles: Record<string, unknown> };
      document.profiles[ADDED] = { type: 'api_key', provider: PROVIDER, key: keyOf('added') };
      await writeFile(file, JSON.stringify(document));
      const before = await compare();
      expect(before.rows.find(({ profileId: id }) => id === ADDED)?.difference).toBe('notSeen');
      const after = await compare(true);
      expect(after.differences).toBe(rules.canLoadAgain ? 0 : 1);
      if (!rules.canLoadAgain) return;
      expect(after.rows.map(({ profileId: id }) => String(id))).toContain(ADDED);
    });

    it.runIf(pinningRules(release) !== null)(
      'ties a session when it is told, and the next request follows',
      async () => {
        await gateway.turn('main', PROVIDER, SESSION);
        await expect.poll(session, { timeout: 60_000, interval: 500 }).toMatchObject({ model: `${PROVIDER}/m` });
        for (const [id, name] of [
          [B, 'b'],
          [A, 'a'],
        ] as const) {
          expect(await pin(profileId(id))).toEqual({ kind: 'done', isNoop: false });
          expect(await session()).toMatchObject({ profileId: id, source: 'user' });
          expect(await gateway.turn('main', PROVIDER, SESSION)).toBe(keyOf(name));
        }
        expect(await pin(profileId(A))).toEqual({ kind: 'done', isNoop: true });
      },
    );

    it.runIf(pinningRules(release) !== null)('lets it go again, and the session keeps its model', async () => {
      expect(await pin(profileId(B))).toMatchObject({ kind: 'done' });
      expect(await pin(null)).toEqual({ kind: 'done', isNoop: false });
      expect(await session()).toMatchObject({ profileId: null });
      expect(await gateway.turn('main', PROVIDER, SESSION)).not.toBeNull();
      expect(await session()).toMatchObject({ model: `${PROVIDER}/m` });
    });

    it('is told nothing that was not measured, or of a session that is another one by now', async () => {
      if (pinningRules(release) === null) await gateway.turn('main', PROVIDER, SESSION);
      const { agentId: agent, profileId: expected } = await session();
      const about = { agentId: agent, model: `${PROVIDER}/m`, profileId: profileId(B) };
      const told =
        pinningRules(release) === null
          ? await ours.pinSession({ ...about, sessionKey: SESSION, expected })
          : await ours.pinSession({ ...about, sessionKey: 'agent:main:nobody', expected: null });
      const error = pinningRules(release) === null ? { code: 'gatewayRefused' } : { code: 'changeConflict' };
      expect(told).toMatchObject({ kind: 'notDone', error });
      expect((await session()).profileId).toBe(expected);
    });
  });
}
