import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import { parseRelease, type Release } from '../../../src/domain/release.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import { mayUndoChanges, UndoneChanges } from '../../../src/gateway/undoneChanges.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { aSet } from '../../fakes/snapshots.ts';

const RELEASE = parseRelease('2026.3.13') as Release;
const MAIN = agentId('main');
const target = { agentId: MAIN, provider: providerId('p'), profileId: profileId('p:a') };
const put = (value: string, expected: string | null): Change => ({
  kind: 'putCredential',
  ...target,
  credential: { type: 'api_key', secret: Secret.of(value) },
  expected: expected === null ? null : fingerprint(expected),
});
const holding = (value: string): ProfileSet =>
  aSet({ 'p:a': { material: { kind: 'value', fingerprint: fingerprint(`api_key\0${value}`), length: 1 } } });
const NONE = aSet({});

function watching(): { undone: UndoneChanges; clock: { at: number }; look: (set: ProfileSet) => readonly Change[] } {
  const clock = { at: 1_000_000 };
  const undone = new UndoneChanges((text) => fingerprint(text), { now: () => clock.at });
  return { undone, clock, look: (set) => undone.look(MAIN, set, undone.mark()) };
}
const MINUTE = 60_000;

describe('UndoneChanges', () => {
  it('gives out once what is gone, on what stands there then, and reports the second time', () => {
    const { undone, look } = watching();
    undone.note(put('new', 'api_key\0old'), holding('old'), RELEASE);
    expect([look(holding('new')), undone.notices()]).toEqual([[], []]);
    const [again, ...rest] = look(holding('old'));
    expect(again).toEqual(put('new', 'api_key\0old'));
    expect([rest, look(holding('old')), undone.notices()]).toEqual([[], [], []]);
    undone.noteAgain(again as Change, true);
    expect([look(holding('new')), undone.notices()]).toEqual([[], [{ ...target, isBack: true }]]);
    expect([look(NONE), undone.notices()]).toEqual([[], [{ ...target, isBack: false }]]);
  });

  it('reports what is undone again, and what could not be made again', () => {
    for (const isDone of [true, false]) {
      const { undone, look } = watching();
      undone.note(put('new', null), NONE, RELEASE);
      undone.noteAgain(look(NONE)[0] as Change, isDone);
      expect(undone.notices()).toEqual([{ ...target, isBack: isDone }]);
      expect([look(NONE), undone.notices()]).toEqual([[], [{ ...target, isBack: false }]]);
      expect([look(holding('new')), undone.notices()]).toEqual([[], []]);
    }
  });

  it('knows every value that stood there before, and takes any other for a change of somebody else', () => {
    const { undone, look } = watching();
    undone.note(put('one', null), NONE, RELEASE);
    undone.note(put('two', 'api_key\0one'), holding('one'), RELEASE);
    undone.note(put('three', 'api_key\0two'), holding('two'), RELEASE);
    expect(look(holding('one'))).toEqual([put('three', 'api_key\0one')]);
    const other = watching();
    other.undone.note(put('one', null), NONE, RELEASE);
    expect([other.look(holding('else')), other.look(NONE), other.undone.notices()]).toEqual([[], [], []]);
  });

  it('only reports a loss that shows when the credential is no longer kept', () => {
    const { undone, clock, look } = watching();
    undone.note(put('new', null), NONE, RELEASE);
    clock.at += 10 * MINUTE;
    expect([look(NONE), undone.notices()]).toEqual([[], [{ ...target, isBack: false }]]);
  });

  it('takes no reading that began before the change for a loss', () => {
    const { undone } = watching();
    const mark = undone.mark();
    undone.note(put('new', null), NONE, RELEASE);
    expect([undone.look(MAIN, NONE, mark), undone.look(agentId('other'), NONE, undone.mark())]).toEqual([[], []]);
    expect(undone.look(MAIN, NONE, undone.mark())).toHaveLength(1);
  });

  it('watches removals and orders, in the spelling that the release stores', () => {
    const { undone, look } = watching();
    const remove: Change = { kind: 'removeProfile', ...target, expected: fingerprint('api_key\0old') };
    undone.note(remove, holding('old'), RELEASE);
    expect(look(NONE)).toEqual([]);
    expect(look(holding('old'))).toEqual([remove]);
    const order: Change = {
      kind: 'setOrder',
      agentId: MAIN,
      provider: providerId('Z.AI'),
      profileIds: [profileId('a')],
      expected: null,
    };
    undone.note(order, NONE, RELEASE);
    expect(look(aSet({}, { zai: ['a'] }))).toEqual([]);
    const again = look(NONE);
    expect(again).toEqual([order]);
    undone.noteAgain(again[0] as Change, true);
    const provider = providerId('zai');
    expect(undone.notices()).toEqual([{ agentId: MAIN, provider, profileId: null, isBack: true }]);
  });
});

describe('mayUndoChanges', () => {
  it.each([
    ['2026.2.12', false],
    ['2026.2.17', true],
    ['2026.3.13', true],
    ['2026.5.7', true],
    ['2026.5.12', false],
    ['2026.6.1', false],
    ['2026.9.6', false],
  ])('%s: %s', (text, may) => {
    expect(mayUndoChanges(parseRelease(text))).toBe(may);
  });
});
