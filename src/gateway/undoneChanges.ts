import type { Change } from '../domain/change.ts';
import { fingerprintCredential } from '../domain/credential.ts';
import { seenCredential } from '../domain/expectation.ts';
import { providerId, type AgentId, type Fingerprinter, type ProfileId, type ProviderId } from '../domain/ids.ts';
import { eraOf, type Release } from '../domain/release.ts';
import { storedOrderOf } from '../domain/selection.ts';
import { selectionRules, spelledProvider, type SelectionRules } from '../domain/selectionRules.ts';
import type { ProfileSet, UndoneChange } from '../domain/snapshot.ts';
import type { Clock } from '../platform/clock.ts';

/** So long a credential is kept in memory, so that it can be put back; a loss that shows later is only reported. */
const REAPPLY_MS = 10 * 60_000;

/**
 * True where a gateway may write a store from what it remembers, or beside another that holds the lock, and so undo what was
 * done correctly under it: 2026.2.17 to 2026.5.7 (measured with 2026.3.13).
 */
export function mayUndoChanges(release: Release | null): boolean {
  return eraOf(release) === 'json-file-lock';
}

/** What a store shows of one profile or one order: a fingerprint or a list; `null`: nothing. `undefined`: it cannot be told. */
type Shown = string | null | undefined;

interface Watched {
  readonly agentId: AgentId;
  readonly provider: ProviderId;
  /** `null`: the order of the provider. */
  readonly profileId: ProfileId | null;
  readonly rules: SelectionRules;
  readonly made: Shown;
  /** What stood there before it, and before the changes that it followed: what a gateway may remember. */
  readonly earlier: ReadonlySet<Shown>;
  /** Unix ms. */
  readonly madeAt: number;
  /** Only readings that began after it can say something about it. */
  mark: number;
  /** For putting it back; `null` when that was done, or when it is too late. */
  change: Change | null;
  state: 'watched' | 'pending' | 'reapplied' | 'reported';
}

/**
 * Remembers the changes that were made to stores whose gateway may undo them, and compares at every reading. What was undone is
 * given out once, to be put back, and reported when it is gone again or was made too long ago. A value that did not stand
 * there before is somebody else's change, and ends the watch.
 */
export class UndoneChanges {
  readonly #fingerprint: Fingerprinter;
  readonly #clock: Clock;
  readonly #watched = new Map<string, Watched>();
  readonly #pending = new WeakMap<Change, Watched>();
  #mark = 0;

  constructor(fingerprint: Fingerprinter, clock: Clock) {
    this.#fingerprint = fingerprint;
    this.#clock = clock;
  }

  /** To be taken before a reading begins. */
  mark(): number {
    this.#mark += 1;
    return this.#mark;
  }

  /** After a change that was read back. `before`: what the agent saw when it was planned. */
  note(change: Change, before: ProfileSet, release: Release): void {
    const { agentId } = change;
    const rules = selectionRules(release);
    const provider = providerId(spelledProvider(rules, change.provider));
    const profileId = 'profileId' in change ? change.profileId : null;
    const key = keyOf(agentId, provider, profileId);
    const known = this.#watched.get(key);
    const made = this.#shownAfter(change);
    // Nothing at all is what a gateway that read a torn file leaves.
    const earlier = new Set([
      ...(known?.earlier ?? []),
      known?.made,
      shownOf({ provider, profileId, rules }, before),
      null,
    ]);
    earlier.delete(made);
    earlier.delete(undefined);
    const madeAt = this.#clock.now();
    const mark = this.mark();
    this.#watched.set(key, {
      agentId,
      provider,
      profileId,
      rules,
      made,
      earlier,
      madeAt,
      mark,
      change,
      state: 'watched',
    });
  }

  /** Compares with an agent's store that was read whole after `mark`. The changes to make again, each only once. */
  look(agentId: AgentId, set: ProfileSet, mark: number): readonly Change[] {
    const again: Change[] = [];
    for (const [key, watched] of this.#watched) {
      const shown = shownOf(watched, set);
      if (watched.agentId !== agentId || watched.mark > mark || watched.state === 'pending') continue;
      const isOld = this.#clock.now() - watched.madeAt >= REAPPLY_MS;
      if (isOld) watched.change = null;
      if (shown === undefined) continue;
      if (shown === watched.made) {
        if (watched.state === 'reported' || isOld) watched.state = 'watched';
      } else if (!watched.earlier.has(shown)) this.#watched.delete(key);
      else if (watched.change === null) watched.state = 'reported';
      else {
        const change = expecting(watched.change, set, watched.rules);
        again.push(change);
        this.#pending.set(change, watched);
        watched.state = 'pending';
        watched.change = null;
      }
    }
    return again;
  }

  /** After a change that `look` gave out: whether it was made again. */
  noteAgain(change: Change, isDone: boolean): void {
    const watched = this.#pending.get(change);
    if (watched?.state !== 'pending') return;
    watched.state = isDone ? 'reapplied' : 'reported';
    watched.mark = this.mark();
  }

  /** What the user has to know: changes that were made again, and changes that are gone. */
  notices(): readonly UndoneChange[] {
    return [...this.#watched.values()].flatMap(({ agentId, provider, profileId, state }) =>
      state === 'reapplied' || state === 'reported'
        ? [{ agentId, provider, profileId, isBack: state === 'reapplied' }]
        : [],
    );
  }

  #shownAfter(change: Change): Shown {
    if (change.kind === 'putCredential') return fingerprintCredential(change.credential, this.#fingerprint);
    return change.kind === 'setOrder' ? listed(change.profileIds) : null;
  }
}

function keyOf(agentId: AgentId, provider: ProviderId, profileId: ProfileId | null): string {
  return JSON.stringify(profileId === null ? [agentId, provider] : [agentId, null, profileId]);
}

function shownOf(
  { provider, profileId, rules }: Pick<Watched, 'provider' | 'profileId' | 'rules'>,
  set: ProfileSet,
): Shown {
  if (profileId === null) return listed(storedOrderOf(set.order, provider, rules) ?? []);
  const material = set.profiles.get(profileId)?.material;
  if (material === undefined) return set.unreadable.some(({ id }) => id === profileId) ? undefined : null;
  return material.kind === 'value' ? material.fingerprint : undefined;
}

const listed = (ids: readonly ProfileId[]): Shown => (ids.length === 0 ? null : JSON.stringify(ids));

/** The same change on what stands there now, and on nothing else. */
function expecting(change: Change, set: ProfileSet, rules: SelectionRules): Change {
  if (change.kind === 'setOrder' || change.kind === 'clearOrder')
    return { ...change, expected: storedOrderOf(set.order, change.provider, rules) };
  const seen = seenCredential(set.profiles.get(change.profileId) ?? null);
  if (change.kind === 'putCredential') return { ...change, expected: seen };
  return { ...change, expected: seen ?? 'hidden' };
}
