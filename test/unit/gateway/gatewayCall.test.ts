import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import type { Outcome } from '../../../src/domain/change.ts';
import { agentId, profileId } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { toSession } from '../../../src/domain/sessionPin.ts';
import { callGateway } from '../../../src/gateway/gatewayCall.ts';
import { pinSession } from '../../../src/gateway/pinSession.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import type { ProcessResult } from '../../../src/platform/process.ts';
import { tempFolder } from './tempFolder.ts';

const ended = (code: number, stdout: string, stderr = ''): ProcessResult => ({ kind: 'exited', code, stdout, stderr });
const ok = (value: unknown): ProcessResult => ended(0, `[log] first\n${JSON.stringify(value, null, 1)}\n`);

/** A program that gives these answers in turn, with what it was told. */
async function aProgram(answers: readonly ProcessResult[], env: Record<string, string> = {}, config = '{}') {
  const folder = await tempFolder();
  const configPath = path.join(folder, 'openclaw.json');
  await writeFile(configPath, config);
  const [told, rest] = [[] as (readonly string[])[], [...answers]];
  const context = {
    program: { path: '/bin/openclaw', release: null, file: '/bin/openclaw', leadingArgs: [], env: {} },
    paths: { stateDir: folder, configPath, sharedAgentDir: folder, movedAgentDir: null },
    env,
    run: ({ args }: { readonly args: readonly string[] }) => {
      told.push(args);
      return Promise.resolve(rest.shift() ?? expect.fail('one call too many'));
    },
    logger: silentLogger,
  };
  return { context, told };
}

const CALL = { method: 'models.authStatus', params: {} };

it.each([
  [
    'Gateway call failed: GatewayCredentialsRequiredError: gateway models.authStatus requires credentials before opening a websocket',
    'noAccess',
  ],
  ['Gateway call failed: Error: unknown method: models.authStatus', 'unknownMethod'],
  ['gateway connect failed: scope upgrade pending approval\ngateway closed (1008): pairing required', 'notAllowed'],
  ['Gateway call failed: gateway closed (1006 abnormal closure (no close frame)): no close reason', 'noGateway'],
  ['{"ok":false,"error":{"type":"gateway_transport_error","reason":"connect ECONNREFUSED 127.0.0.1:1"}}', 'noGateway'],
  ['{"ok":false,"error":{"type":"gateway_request_error","code":"INVALID_REQUEST","message":"no"}}', 'refused'],
])('%j is told apart', async (text, kind) => {
  for (const result of [ended(1, text), ended(1, '', text)]) {
    const { context } = await aProgram([result]);
    expect(await callGateway(context, CALL)).toEqual({ kind });
  }
});

it('something else that fails is a failure', async () => {
  for (const result of [ended(1, 'surprise'), ended(0, 'no answer')]) {
    const { context } = await aProgram([result]);
    await expect(callGateway(context, CALL)).rejects.toMatchObject({ code: 'cliFailed' });
  }
});

it('a gateway of another host is not asked', async () => {
  const remote = await aProgram([], {}, '{ gateway: { mode: "remote" } }');
  expect(await callGateway(remote.context, CALL)).toEqual({ kind: 'elsewhere' });
  const named = await aProgram([], { OPENCLAW_GATEWAY_URL: 'ws://192.0.2.1:1' });
  expect(await callGateway(named.context, CALL)).toEqual({ kind: 'elsewhere' });
});

const KEY = 'agent:main:x';
const listed = (target: string, hasActiveRun = false): ProcessResult =>
  ok({ defaults: { modelSelectionTarget: target }, sessions: [{ key: KEY, hasActiveRun }] });

/** `shown`: the profile that the store shows at each reading, the last one from then on. */
async function pin(
  release: string,
  to: string | null,
  shown: readonly (string | null)[],
  answers: readonly ProcessResult[],
): Promise<{ outcome: Outcome; told: readonly string[] }> {
  const { context, told } = await aProgram(answers);
  let reading = -1;
  const readSession = () => {
    reading = Math.min(reading + 1, shown.length - 1);
    const override = shown[reading] === null ? {} : { authProfileOverride: shown[reading] };
    return Promise.resolve(
      toSession(agentId('main'), KEY, { modelProvider: 'p', model: 'm', ...override }) ?? undefined,
    );
  };
  const pinning = {
    ...{ agentId: agentId('main'), sessionKey: KEY, model: 'p/m', expected: profileId('p:a') },
    profileId: to === null ? null : profileId(to),
  };
  const outcome = await pinSession({ context, release: parseRelease(release), readSession }, pinning).catch(
    (error: unknown): Outcome => ({ kind: 'notDone', error: error as never }),
  );
  const models = told.map((args) => (JSON.parse(args[4] ?? '{}') as { readonly model?: string }).model ?? 'list');
  return { outcome, told: models };
}

it('ties a session for itself alone, and reads it back', async () => {
  expect(await pin('2026.9.6', 'p:b', ['p:a', 'p:a', 'p:b'], [listed('session'), ok({ ok: true })])).toEqual({
    outcome: { kind: 'done', isNoop: false },
    told: ['list', 'p/m@p:b'],
  });
  const wider = await pin('2026.9.6', 'p:b', ['p:a'], [listed('agent')]);
  expect(wider.outcome).toMatchObject({ kind: 'notDone', error: { details: { reason: 'notForOne' } } });
});

it.each(['2026.2.3', '2026.4.15', '2026.6.5', '2026.8.2'])('%s is told nothing', async (release) => {
  const { outcome, told } = await pin(release, 'p:b', ['p:a'], []);
  expect(outcome).toMatchObject({ kind: 'notDone', error: { details: { reason: 'notOffered' } } });
  expect(told).toEqual([]);
});

it('lets a session go that is not at work, and brings its model back at the third try', async () => {
  const no = ended(1, '', 'GatewayClientRequestError: later');
  const answers = [listed('session'), ok({}), no, no, ok({})];
  const { outcome, told } = await pin('2026.9.6', null, ['p:a', null], answers);
  expect(outcome).toEqual({ kind: 'done', isNoop: false });
  expect(told).toEqual(['list', 'xai/none', 'p/m', 'p/m', 'p/m']);
  const left = await pin('2026.9.6', null, ['p:a', null], [listed('session'), ok({}), no, no, no]);
  expect(left.outcome).toMatchObject({ kind: 'unknown', error: { details: { reason: 'leftBetween', model: 'p/m' } } });
  const busy = await pin('2026.9.6', null, ['p:a'], [listed('session', true)]);
  expect(busy.outcome).toMatchObject({ kind: 'notDone', error: { details: { reason: 'running' } } });
});
