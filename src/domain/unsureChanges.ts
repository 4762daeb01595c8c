import type { Change } from './change.ts';
import { fingerprintCredential } from './credential.ts';
import { findConflict, type Expectation } from './expectation.ts';
import type { AgentId, Fingerprinter, ProfileId, ProviderId } from './ids.ts';
import { selectionRules } from './selectionRules.ts';
import type { AgentSnapshot, HostSnapshot } from './snapshot.ts';

/** A change of which nobody knows whether it was written, since the link was cut in the middle of it. It holds no credential. */
export interface UnsureChange {
  readonly agentId: AgentId;
  readonly provider: ProviderId;
  /** `null`: of an order. */
  readonly profileId: ProfileId | null;
}

/** How it turned out: `written`, `asBefore`, or neither, since somebody else has changed it too. */
export type Verdict = 'written' | 'asBefore' | 'other';

export interface SettledChange extends UnsureChange {
  readonly verdict: Verdict;
}

type Judge = (agent: AgentSnapshot, snapshot: HostSnapshot) => Verdict;

/** The changes of one host that are not known to have been written, until a reading of their store tells. */
export class UnsureChanges {
  #open: readonly { readonly about: UnsureChange; readonly judge: Judge }[] = [];

  get all(): readonly UnsureChange[] {
    return this.#open.map(({ about }) => about);
  }

  /** A later change of the same thing takes the place of the one before. */
  note(change: Change, fingerprint: Fingerprinter): void {
    const { agentId, provider } = change;
    const about = { agentId, provider, profileId: 'profileId' in change ? change.profileId : null };
    const others = this.#open.filter((open) => !isSame(open.about, about));
    this.#open = [...others, { about, judge: judgeOf(change, fingerprint) }];
  }

  /** Those of which a reading tells, which are no longer kept. A store that was not read whole tells nothing. */
  settle(snapshot: HostSnapshot): readonly SettledChange[] {
    const settled: SettledChange[] = [];
    this.#open = this.#open.filter(({ about, judge }) => {
      const agent = snapshot.agents.find(({ id }) => id === about.agentId);
      if (agent === undefined || !READ_WHOLE.has(agent.store.state)) return true;
      settled.push({ ...about, verdict: judge(agent, snapshot) });
      return false;
    });
    return settled;
  }
}

const READ_WHOLE: ReadonlySet<AgentSnapshot['store']['state']> = new Set(['ok', 'empty', 'missing'] as const);

function isSame(one: UnsureChange, other: UnsureChange): boolean {
  return one.agentId === other.agentId && one.provider === other.provider && one.profileId === other.profileId;
}

/** Whoever expects what the change leaves behind finds no conflict once it is written. */
function judgeOf(change: Change, fingerprint: Fingerprinter): Judge {
  const before = expectationOf(change);
  const after = expectationAfter(change, fingerprint);
  return ({ set }, { release }) => {
    const holds = (expectation: Expectation): boolean =>
      findConflict(expectation, set, selectionRules(release)) === null;
    if (holds(after)) return 'written';
    return holds(before) ? 'asBefore' : 'other';
  };
}

/** Without the credential, which is not to be kept for it. */
function expectationOf(change: Change): Expectation {
  if (!('profileId' in change)) return { provider: change.provider, expected: change.expected };
  return { profileId: change.profileId, expected: change.expected };
}

function expectationAfter(change: Change, fingerprint: Fingerprinter): Expectation {
  switch (change.kind) {
    case 'putCredential':
      return { profileId: change.profileId, expected: fingerprintCredential(change.credential, fingerprint) };
    case 'removeProfile':
      return { profileId: change.profileId, expected: null };
    case 'setOrder':
      return { provider: change.provider, expected: change.profileIds };
    case 'clearOrder':
      return { provider: change.provider, expected: null };
  }
}
