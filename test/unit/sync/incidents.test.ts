import { describe, expect, it } from 'vitest';
import { profileId, type ProfileId } from '../../../src/domain/ids.ts';
import type { StoreState } from '../../../src/domain/snapshot.ts';
import {
  dismissIncident,
  NOTHING_SEEN,
  observeStore,
  recall,
  storeReadingOf,
  type StoreMemory,
} from '../../../src/sync/incidents.ts';
import { anAgent, aSet } from '../../fakes/snapshots.ts';

const set = (text: string): Set<ProfileId> => new Set(Array.from(text, (letter) => profileId(letter)));

/** One reading after another: the ids as letters, or the state of a store that has none. */
function readings(...steps: readonly (string | { readonly state: StoreState })[]): StoreMemory {
  return steps.reduce<StoreMemory>((memory, step) => next(memory, step), NOTHING_SEEN);
}

function next(memory: StoreMemory, step: string | { readonly state: StoreState }, removed = ''): StoreMemory {
  const reading = typeof step === 'string' ? { state: 'ok' as const, ids: set(step) } : { ...step, ids: set('') };
  return observeStore(memory, reading, (id) => removed.includes(id));
}

describe('what befalls a store', () => {
  it.each([
    ['nothing was there before', [{ state: 'missing' }]],
    ['one of several goes', ['abc', 'ab']],
    ['one goes and another comes', ['a', 'b']],
    ['they come back', ['abc', 'c', 'abc']],
    ['it can be read again', ['ab', { state: 'malformed' }, 'ab']],
  ] satisfies [string, (string | { state: StoreState })[]][])('is nothing when %s', (_, steps) => {
    expect(readings(...steps).incident).toBeNull();
  });

  it.each([
    ['missing', ['ab', { state: 'missing' }]],
    ['emptied', ['ab', { state: 'empty' }]],
    ['emptied', ['a', '']],
    ['profilesGone', ['abc', 'c']],
    ['malformed', ['ab', { state: 'malformed' }]],
    ['unreadable', [{ state: 'unreadable' }]],
    ['retired', ['ab', { state: 'retired' }]],
  ] satisfies [string, (string | { state: StoreState })[]][])('is %s after %j', (kind, steps) => {
    expect(readings(...steps).incident).toMatchObject({ kind, isDismissed: false });
  });

  it('names what is gone since the store was whole, however many readings ago, until the last is back', () => {
    const wiped = readings('abc', '', 'c', 'bc');
    expect(wiped.incident).toEqual({ kind: 'profilesGone', gone: [profileId('a')], isDismissed: false });
    expect(next(wiped, 'abc').incident).toBeNull();
    const unread = readings('ab', { state: 'malformed' }, 'b');
    expect(unread.incident).toMatchObject({ kind: 'profilesGone', gone: [profileId('a')] });
  });

  it('is no loss what the user removed, also where the tombstone comes after the reading', () => {
    const memory = readings('a');
    expect(next(memory, '', 'a').incident).toBeNull();
    expect(next(next(memory, ''), '', 'a').incident).toBeNull();
    expect(next(readings('abc'), 'c', 'b').incident).toBeNull();
  });

  it('is over when the user takes the store as it is', () => {
    const dismissed = dismissIncident(readings('abc', 'c'));
    expect(dismissed.incident).toBeNull();
    expect(next(dismissed, 'c').incident).toBeNull();
    expect(next(dismissed, '').incident?.gone).toEqual([profileId('c')]);
  });

  it('is over when another window took the store as it is, also where another profile is missing by now', () => {
    const wiped = next(readings('ac'), '', 'a');
    expect(wiped.incident?.gone).toEqual([profileId('c')]);
    const letGo = { whole: set('a'), incident: null };
    expect(next(recall(wiped, letGo), 'c').incident).toBeNull();
  });

  it('stays when no window has kept it yet', () => {
    const wiped = readings('abc', '');
    expect(next(recall(wiped, readings('ab')), '').incident?.gone).toEqual([...set('ab')]);
  });

  it('stays for what could not be restored', () => {
    const dismissed = dismissIncident(readings('abc', ''), set('b'));
    expect(next(dismissed, 'a').incident?.gone).toEqual([profileId('b')]);
  });

  it('leaves a store that cannot be read alone, dismissed or not', () => {
    const dismissed = dismissIncident(readings('ab', { state: 'malformed' }));
    const later = next(dismissed, { state: 'malformed' });
    expect(later.incident).toMatchObject({ kind: 'malformed', isDismissed: true });
    expect(next(later, { state: 'missing' }).incident).toMatchObject({ kind: 'missing', isDismissed: false });
  });
});

describe('a reading of one store', () => {
  it('counts the own entries, also those that cannot be read', () => {
    const agent = anAgent('main', {
      ...aSet({ own: {}, theirs: { origin: 'inherited' } }),
      unreadable: [{ id: profileId('bad'), why: 'notAnObject' }],
    });
    expect(storeReadingOf(agent)).toEqual({ state: 'ok', ids: new Set(['own', 'bad']) });
    expect(storeReadingOf(undefined)).toEqual({ state: 'missing', ids: new Set() });
  });
});
