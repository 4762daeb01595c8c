import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Outcome } from '../../src/domain/change.ts';
import { agentId, profileId, providerId, type ProfileId } from '../../src/domain/ids.ts';
import { canRemoveProfile, parseRelease } from '../../src/domain/release.ts';
import { GatewayProcess } from '../faults/support/gatewayProcess.ts';
import { labelsOf, readCliStatus } from './cliStatus.ts';
import { openLocalGateway } from './localGateway.ts';
import { ensureOpenclaw } from './openclaw.ts';
import { writeHome } from './openclawHome.ts';

const PLACE = { agentId: agentId('main'), provider: providerId('openrouter') };
const ID = profileId('openrouter:elsewhere');
const NAME = 'FAKE_KEY_OF_ELSEWHERE';
const SHELL_NAME = 'FAKE_KEY_OF_A_SHELL';
/** A provider of ours. */
const FA = 'fa';

/** A key that stands in a variable, as a profile without a value: added through us, counted by the release. */
export function describeAddedReference(version: string): void {
  it(`OpenClaw ${version} has a key as a reference that we add, and none that leads nowhere`, async () => {
    const cli = await ensureOpenclaw(version);
    const home = await mkdtemp(path.join(tmpdir(), 'reference-'));
    const other = { type: 'api_key', provider: 'openrouter', key: 'sk-or-v1-FAKE' };
    const main = { store: { version: 1, profiles: { 'openrouter:value': other } }, state: { version: 1 } };
    await writeHome(home, version, { config: { gateway: { mode: 'local' } }, agents: { main } });
    const gateway = openLocalGateway(home, { cli, env: { [NAME]: 'sk-or-v1-FAKE-elsewhere' } });
    const ref = { source: 'env', provider: 'default', id: NAME } as const;
    const material = async () => (await gateway.snapshot()).agents[0]?.set.profiles.get(ID)?.material;
    try {
      const nowhere = { ...ref, id: 'FAKE_KEY_OF_NOWHERE' };
      expect(await gateway.putReference({ ...PLACE, profileId: ID, ref: nowhere })).toMatchObject({
        ...{ kind: 'notDone', error: { code: 'credentialInvalid', details: { reason: 'unresolved' } } },
      });
      expect(await material()).toBeUndefined();

      expect(await gateway.putReference({ ...PLACE, profileId: ID, ref })).toEqual({ kind: 'done', isNoop: false });
      expect(await material()).toEqual({ kind: 'ref', ref });
      expect(Object.keys(labelsOf(await readCliStatus(cli, home)))).toContain(ID);
      expect(await gateway.putReference({ ...PLACE, profileId: ID, ref })).toMatchObject({
        ...{ kind: 'notDone', error: { code: 'changeConflict' } },
      });

      const { release, era } = await gateway.snapshot();
      expect(release).toEqual(parseRelease(version));
      const undone = await gateway.apply({ kind: 'removeProfile', ...PLACE, profileId: ID, expected: 'hidden' });
      if (canRemoveProfile(release, era)) expect(undone).toEqual({ kind: 'done', isNoop: false });
      else expect(undone).toMatchObject({ kind: 'notDone', error: { code: 'cliUnsupported' } });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}

/** What a gateway that runs makes of it: it has the variable or has not, whatever the shell of whoever adds it has. */
export function describeFollowedReference(version: string): void {
  it(`a gateway of OpenClaw ${version} uses a reference that we add, and is given none that it cannot follow`, async () => {
    const cli = await ensureOpenclaw(version);
    const home = await mkdtemp(path.join(tmpdir(), 'followed-'));
    const value = { type: 'api_key', provider: FA, key: 'sk-FAKE-value' };
    const [ours, shells] = [profileId('fa:ours'), profileId('fa:shells')];
    const store = { version: 1, profiles: { 'fa:value': value } };
    const state = { version: 1, order: { [FA]: [shells, ours, 'fa:value'] } };
    await writeHome(home, version, { config: {}, agents: { main: { store, state } } });
    const env = { [NAME]: 'sk-FAKE-elsewhere' };
    const running = await GatewayProcess.over(cli, home, { providers: { [FA]: {} }, byAgent: { main: FA }, env });
    const gateway = openLocalGateway(home, { cli, env: { [SHELL_NAME]: 'sk-FAKE-shell' } });
    const put = (id: ProfileId, name: string): Promise<Outcome> =>
      gateway.putReference({
        ...{ agentId: agentId('main'), provider: providerId(FA), profileId: id },
        ref: { source: 'env', provider: 'default', id: name },
      });
    try {
      await running.start();
      expect(await put(shells, SHELL_NAME)).toMatchObject({
        ...{ kind: 'notDone', error: { code: 'credentialInvalid', details: { reason: 'shellOnly' } } },
      });
      expect(await put(ours, NAME)).toEqual({ kind: 'done', isNoop: false });
      expect(await running.turn('main', FA)).toBe('sk-FAKE-elsewhere');
      expect([...((await gateway.snapshot()).agents[0]?.set.profiles.keys() ?? [])]).not.toContain(shells);
    } finally {
      await running.stop();
      await rm(home, { recursive: true, force: true });
    }
  });
}
