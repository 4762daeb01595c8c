import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { profileId } from '../../../src/domain/ids.ts';
import { listMoves, moveInOrder, takePlace, type Move } from '../../../src/view/reorder.ts';
import type { ProviderStatus } from '../../../src/domain/status.ts';
import { aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

function providerOf(profiles: Record<string, ProfileSpec>, order: string[] | null): ProviderStatus {
  const set = aSet(profiles, order === null ? {} : { x: order });
  const status = deriveHostStatus(aHost([anAgent('main', set)]), { now: NOW, warnMs: DAY_MS });
  const [provider] = status.agents[0]?.providers ?? [];
  if (!provider) throw new Error('no provider');
  return provider;
}

function move(profiles: Record<string, ProfileSpec>, order: string[] | null, id: string, how: Move): string | null {
  const provider = providerOf(profiles, order);
  const moved = moveInOrder(provider, profileId(id), how)?.join(' ') ?? null;
  // What the rows offer is what the command does.
  expect(listMoves(provider)(profileId(id), how)).toBe(moved !== null);
  return moved;
}

describe('within an order that is set', () => {
  const profiles = { 'x:a': {}, 'x:b': {}, 'x:c': {}, 'x:new': {}, 'x:old': { expiresIn: -1 } };
  const order = ['x:a', 'x:b', 'x:old', 'x:c', 'x:ghost', 'x:c'];
  test.each<[string, Move, string | null]>([
    ['x:c', 'first', 'x:c x:a x:b x:old'],
    ['x:c', 'up', 'x:a x:c x:b x:old'],
    ['x:a', 'down', 'x:b x:a x:old x:c'],
    ['x:b', 'down', 'x:a x:old x:c x:b'],
    ['x:old', 'up', 'x:a x:old x:b x:c'],
    ['x:new', 'first', 'x:new x:a x:b x:old x:c'],
    ['x:a', 'up', null],
    ['x:a', 'first', null],
    ['x:c', 'down', null],
    ['x:new', 'up', null],
    ['x:new', 'down', null],
  ])('%s %s', (id, how, expected) => {
    expect(move(profiles, order, id, how)).toBe(expected);
  });

  test('what cools down keeps its place', () => {
    const cooling = { 'x:a': { usage: { cooldownUntil: NOW + DAY_MS } }, 'x:b': {}, 'x:c': {} };
    expect(move(cooling, ['x:a', 'x:b', 'x:c'], 'x:c', 'up')).toBe('x:a x:c x:b');
  });
});

test.each<[string, string, string | null]>([
  ['x:c', 'x:a', 'x:c x:a x:b'],
  ['x:a', 'x:b', 'x:b x:a x:c'],
  ['x:a', 'x:c', 'x:b x:c x:a'],
  ['x:new', 'x:b', 'x:a x:new x:b x:c'],
  ['x:a', 'x:a', null],
  ['x:a', 'x:new', null],
])('%s takes the place of %s', (id, placeOf, expected) => {
  const provider = providerOf({ 'x:a': {}, 'x:b': {}, 'x:c': {}, 'x:new': {} }, ['x:a', 'x:b', 'x:c']);
  expect(takePlace(provider, profileId(id), profileId(placeOf))?.join(' ') ?? null).toBe(expected);
});

test('a first order keeps an expired token, ready for its renewal', () => {
  const profiles: Record<string, ProfileSpec> = { 'x:old': { expiresIn: -1 }, 'x:a': {}, 'x:key': { type: 'api_key' } };
  expect(move(profiles, null, 'x:key', 'first')).toBe('x:key x:a x:old');
});
