import { expect, it } from 'vitest';
import type { Change, Outcome } from '../../../src/domain/change.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import { guardGateway } from '../../../src/sync/guardedGateway.ts';
import { FakeGatewayService } from '../../fakes/fakeGatewayService.ts';

const place = { agentId: agentId('main'), provider: providerId('anthropic') };
const remove: Change = { kind: 'removeProfile', ...place, profileId: profileId('anthropic:a'), expected: 'hidden' };
const clear: Change = { kind: 'clearOrder', ...place, expected: null };
const cutOff: Outcome = { kind: 'unknown', error: new AppError('hostAway', { reason: 'linkLost' }) };

async function toldOf(outcome: Outcome): Promise<readonly Change[]> {
  const gateway = new FakeGatewayService((text) => fingerprint(text), {});
  gateway.apply = () => Promise.resolve(outcome);
  const told: Change[] = [];
  const guarded = guardGateway(gateway, { whileWriting: (_agent, _profile, work) => work() }, (change) =>
    told.push(change),
  );
  for (const change of [remove, clear]) expect(await guarded.apply(change)).toBe(outcome);
  return told;
}

it('tells of a change whose link was cut, and of no other', async () => {
  expect(await toldOf(cutOff)).toEqual([remove, clear]);
  expect(await toldOf({ kind: 'unknown', error: new AppError('writeNotConfirmed') })).toEqual([]);
  expect(await toldOf({ kind: 'notDone', error: new AppError('hostAway', { reason: 'linkLost' }) })).toEqual([]);
  expect(await toldOf({ kind: 'done', isNoop: false })).toEqual([]);
});

it('marks what it writes as the user’s own doing: a change of its provider, a repair of all', async () => {
  const gateway = new FakeGatewayService((text) => fingerprint(text), {});
  const marked: unknown[] = [];
  const around = <T>(provider: unknown, write: () => Promise<T>): Promise<T> => {
    marked.push(provider);
    return write();
  };
  const guarded = guardGateway(gateway, { whileWriting: (_agent, _profile, work) => work() }, () => {}, around);
  await guarded.apply(clear);
  await guarded.snapshot();
  expect(marked).toEqual(['anthropic']);
  await guarded.repair().catch(() => {});
  expect(marked).toEqual(['anthropic', null]);
});
