import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { NewFindings } from '../../../src/view/newFindings.ts';
import { aHost, anAgent, aSet, NOW } from '../../fakes/snapshots.ts';

const expiring = aSet({ 'anthropic:a': { expiresIn: 3 * DAY_MS } });

function findings(now = NOW, state: 'ok' | 'unreadable' = 'ok') {
  const store = state === 'ok' ? {} : ({ state, problem: 'permission' } as const);
  const agents = [anAgent('main', expiring), anAgent('lab', aSet({}), store)];
  return deriveHostStatus(aHost(agents), { now, warnMs: 7 * DAY_MS }).findings;
}

test('gives out each finding when it appears, and again when it comes back', () => {
  const fresh = new NewFindings();
  const codes = (...given: Parameters<typeof findings>) => fresh.take(findings(...given)).map(({ code }) => code);
  expect(codes()).toEqual(['tokenExpiring']);
  expect(codes(NOW + DAY_MS)).toEqual([]);
  expect(codes(NOW + DAY_MS, 'unreadable')).toEqual(['storeUnreadable']);
  expect(codes(NOW + 4 * DAY_MS, 'unreadable')).toEqual(['tokenExpired']);
  expect(codes(NOW)).toEqual(['tokenExpiring']);
  expect(codes(NOW, 'unreadable')).toEqual(['storeUnreadable']);
});
