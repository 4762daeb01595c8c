import { expect, it } from 'vitest';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import type { Daemon } from '../../../src/gateway/environment.ts';
import { putReference } from '../../../src/gateway/putReference.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import type { ProcessResult } from '../../../src/platform/process.ts';
import { aSet } from '../../fakes/snapshots.ts';
import { tempFolder } from './tempFolder.ts';

const ID = profileId('openrouter:a');
const NAME = 'FAKE_KEY';
const REF = { source: 'env', provider: 'default', id: NAME } as const;
const WRITE = { agentId: agentId('main'), provider: providerId('openrouter'), profileId: ID, ref: REF };

const ended = (code: number, stdout: string): ProcessResult => ({ kind: 'exited', code, stdout, stderr: '' });
const reloaded = (warningCount: number): ProcessResult => ended(0, JSON.stringify({ ok: true, warningCount }));
const HAS_IT = aSet({ [ID]: { type: 'api_key', material: { kind: 'ref', ref: REF } } });

interface Scene {
  /** Of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly daemon: Daemon;
  readonly reload?: ProcessResult;
}

/** A stand-in for the program: it follows variables as `secrets apply` does. */
async function put({ env = {}, daemon, reload }: Scene) {
  const stateDir = await tempFolder();
  const calls: (string | undefined)[] = [];
  let set: ProfileSet = aSet({});
  const outcome = await putReference(
    {
      context: {
        program: { path: '/bin/openclaw', release: null, file: '/bin/openclaw', leadingArgs: [], env: {} },
        paths: { stateDir, configPath: `${stateDir}/openclaw.json`, sharedAgentDir: stateDir, movedAgentDir: null },
        env,
        run: (spec) => {
          const [, command] = spec.args;
          calls.push(command === 'apply' ? spec.env?.[NAME] : command);
          if (command === 'reload') return Promise.resolve(reload ?? expect.fail('no gateway runs'));
          if (spec.env?.[NAME] === undefined)
            return Promise.resolve(ended(1, `Environment variable is missing or empty.`));
          set = HAS_IT;
          return Promise.resolve(ended(0, '{"ok":true}'));
        },
        logger: silentLogger,
      },
      ...{ daemon, release: parseRelease('2026.6.1'), read: () => Promise.resolve(set), clock: systemClock },
    },
    WRITE,
  );
  return { outcome, calls };
}

const SHELL = { [NAME]: 'FAKE-shell' };

it('a variable that only this process has is not the gateway’s', async () => {
  const { outcome, calls } = await put({ env: SHELL, daemon: { variables: {}, runs: true } });
  expect(outcome).toMatchObject({
    ...{ kind: 'notDone', error: { code: 'credentialInvalid', details: { reason: 'shellOnly', variable: NAME } } },
  });
  expect(calls).toEqual([undefined]);
});

it('a variable that nobody has leads nowhere', async () => {
  const { outcome } = await put({ daemon: { variables: {}, runs: false } });
  expect(outcome).toMatchObject({ kind: 'notDone', error: { details: { reason: 'unresolved' } } });
});

it('a variable of the gateway counts, and its value stays there', async () => {
  const daemon = { variables: { [NAME]: 'FAKE-daemon' }, runs: false };
  expect(await put({ daemon })).toEqual({ outcome: { kind: 'done', isNoop: false }, calls: ['set'] });
});

it('without a gateway that is known, this process stands for it', async () => {
  const { outcome } = await put({ env: SHELL, daemon: { variables: null, runs: false } });
  expect(outcome).toEqual({ kind: 'done', isNoop: false });
});

it.each<[string, boolean | null, ProcessResult, readonly string[]]>([
  ['has found it', true, reloaded(0), []],
  ['does not find it', true, reloaded(1), ['reloadNeeded']],
  ['will not load again', true, ended(1, 'secrets.reload failed'), ['reloadNeeded']],
  ['is not there after all', null, ended(1, 'not reachable'), []],
])('a gateway that runs is told, and %s', async (_, runs, reload, notices) => {
  const { outcome, calls } = await put({ daemon: { variables: SHELL, runs }, reload });
  expect(outcome).toEqual({ kind: 'done', isNoop: false, ...(notices.length === 0 ? {} : { notices }) });
  expect(calls).toEqual(['set', 'reload']);
});
