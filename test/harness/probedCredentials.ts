import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { agentId } from '../../src/domain/ids.ts';
import { GatewayProcess, REFUSED } from '../faults/support/gatewayProcess.ts';
import { onThisMachine } from './cliConformance.ts';
import { ensureOpenclaw } from './openclaw.ts';
import { writeHome } from './openclawHome.ts';

const DAY_MS = 86_400_000;

/** The release's own probe, sent to a model of ours that refuses one of the keys. */
export function describeProbe(version: string, reach = onThisMachine): void {
  it(`OpenClaw ${version} says of each credential whether it works, and why it was not tried, ${reach.name}`, async () => {
    const cli = await ensureOpenclaw(version);
    const home = await mkdtemp(path.join(tmpdir(), 'probe-'));
    const profiles = {
      'fa:good': { type: 'api_key', provider: 'fa', key: 'sk-FAKE-good' },
      'fa:bad': { type: 'api_key', provider: 'fa', key: `sk-FAKE${REFUSED}` },
      'fa:late': { type: 'token', provider: 'fa', token: 'sk-FAKE-late', expires: Date.now() - DAY_MS },
      'fa:other': { type: 'api_key', provider: 'fa', key: 'sk-FAKE-other' },
    };
    const order = { fa: ['fa:good', 'fa:bad', 'fa:late'] };
    const main = { store: { version: 1, profiles }, state: { version: 1, order } };
    await writeHome(home, version, { config: {}, agents: { main } });
    const models = await GatewayProcess.over(cli, home, { providers: { fa: {} }, byAgent: { main: 'fa' } });
    try {
      const results = await (await reach.open(cli, home)).probe(agentId('main'));
      const said = new Map(results.map(({ profileId, status, reason }) => [String(profileId), [status, reason]]));
      expect(Object.fromEntries(said)).toMatchObject({
        'fa:good': ['ok', null],
        // 2026.9.6 says `ok` of a key that the model has refused.
        ...(version < '2026.8' ? { 'fa:bad': ['auth', null] } : {}),
        'fa:late': ['notTried', 'expired'],
        'fa:other': ['notTried', 'excluded_by_auth_order'],
      });
    } finally {
      await reach.close();
      await models.stop();
      await rm(home, { recursive: true, force: true });
    }
  });
}
