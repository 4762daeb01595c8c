import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/domain/health.ts';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import { hasRestarted } from '../../src/domain/variables.ts';
import type { HostSnapshot } from '../../src/domain/snapshot.ts';
import { Secret } from '../../src/platform/secret.ts';
import { GatewayProcess } from '../faults/support/gatewayProcess.ts';
import { openLocalGateway } from './localGateway.ts';
import { ensureOpenclaw } from './openclaw.ts';
import { writeHome } from './openclawHome.ts';

const [OWN, MISSED] = ['openrouter', 'together'] as const;
const NAME = 'TOGETHER_API_KEY';
const [OWN_KEY, DOTENV_KEY] = ['sk-FAKE-own', 'sk-FAKE-dotenv'];

const codesOf = (snapshot: HostSnapshot): readonly string[] =>
  deriveHostStatus(snapshot, { now: Date.now(), warnMs: DAY_MS }).findings.map(({ code }) => code);

/** What a gateway is given that runs, of what stands where. */
export function describeRunningEnvironment(version: string): void {
  describe(`the environment of a running gateway of OpenClaw ${version}`, () => {
    let home: string;
    let gateway: GatewayProcess;
    let read: () => Promise<HostSnapshot>;
    let put: (value: string) => Promise<unknown>;

    beforeAll(async () => {
      const cli = await ensureOpenclaw(version);
      home = await mkdtemp(path.join(tmpdir(), 'environment-'));
      const none = { store: null, state: null };
      await writeHome(home, version, {
        config: {},
        agents: { main: { store: { version: 1, profiles: {} }, state: null }, other: none },
      });
      const providers = { [OWN]: {}, [MISSED]: {} };
      const byAgent = { main: OWN, other: MISSED };
      gateway = await GatewayProcess.over(cli, home, { providers, byAgent, env: { OPENROUTER_API_KEY: OWN_KEY } });
      // Whoever looks has another environment than the gateway.
      const service = openLocalGateway(home, { cli, env: { [NAME]: 'sk-FAKE-shell' } });
      read = () => service.snapshot();
      put = (value) => service.putVariable({ name: NAME, value: Secret.of(value), expected: null });
      await gateway.start();
    });
    afterAll(async () => {
      await gateway.stop();
      await rm(home, { recursive: true, force: true });
    });

    it('is read from its process, and what it lacks is found', async () => {
      const snapshot = await read();
      expect(snapshot.variables.places.map(({ kind }) => kind)).toContain('gateway');
      expect([...snapshot.environment.keys()]).toEqual([OWN]);
      expect(codesOf(snapshot)).toContain('daemonLacksVariable');
      expect(await gateway.turn('main', OWN)).toBe(OWN_KEY);
      expect(await gateway.turn('other', MISSED)).toBeNull();
    });

    it('what is put into .env is used after a restart, and the findings go', async () => {
      expect(await put(DOTENV_KEY)).toEqual({ kind: 'done', isNoop: false });
      const before = await read();
      const codes = codesOf(before);
      expect(codes).not.toContain('daemonLacksVariable');
      expect(codes).toContain('restartNeeded');
      await gateway.restart();
      const now = await read();
      expect(codesOf(now)).not.toContain('restartNeeded');
      expect(hasRestarted(before.variables, now.variables)).toBe(true);
      expect(await gateway.turn('other', MISSED)).toBe(DOTENV_KEY);
    });
  });
}
