import type { Change, Outcome } from '../../src/domain/change.ts';
import { canonicalText, type Credential, type Profile } from '../../src/domain/credential.ts';
import { AppError } from '../../src/domain/errors.ts';
import { findConflict } from '../../src/domain/expectation.ts';
import { fingerprint, profileId, revision, type Fingerprinter } from '../../src/domain/ids.ts';
import { selectionRules } from '../../src/domain/selectionRules.ts';
import type { HostSnapshot, StoreState } from '../../src/domain/snapshot.ts';
import type { GatewayService } from '../../src/gateway/service.ts';
import { Secret } from '../../src/platform/secret.ts';
import { aHost, anAgent, aProfile, aSet } from '../fakes/snapshots.ts';
import type { Ledger } from './ledger.ts';
import type { Steps } from './steps.ts';

/** Not a secret one: what is hashed in the product is plain here, so that a failure can be read. */
export const plainPrint: Fingerprinter = (text) => fingerprint(text.split('\0')[1] ?? '');

export const credentialOf = (value: string): Credential => ({
  type: 'token',
  secret: Secret.of(value),
  expiresAt: null,
});

interface Entry {
  readonly type: 'token' | 'oauth';
  readonly value: string;
  /** Fields that nobody knows. */
  readonly extra: string;
}

/** A gateway's store in memory (a fake): one agent, what its gateway does to it, and the ways in which it fails. */
export class FakeStore {
  entries: ReadonlyMap<string, Entry> = new Map();
  state: StoreState = 'ok';
  isOffline = false;
  /** The next write is made, and not confirmed. */
  losesNextAnswer = false;
  /** What a gateway of 2026.3 remembers, and writes back. */
  remembered: ReadonlyMap<string, Entry> | null = null;
  newestGeneration = 0;
  readonly #steps: Steps;
  readonly #ledger: Ledger;
  readonly #listeners = new Set<() => void>();
  #revision = 0;

  constructor(steps: Steps, ledger: Ledger) {
    this.#steps = steps;
    this.#ledger = ledger;
  }

  /** A change by somebody who is neither the user in the editor nor the engine. */
  edit(change: (entries: Map<string, Entry>) => void, state: StoreState = 'ok'): void {
    const next = new Map(this.entries);
    change(next);
    for (const id of new Set([...next.keys(), ...this.entries.keys()]))
      if (next.get(id) !== this.entries.get(id)) this.#ledger.change(id);
    this.#ledger.log.push(`outside: ${JSON.stringify([...next].map(([id, { value }]) => [id, value]))} ${state}`);
    this.#set(next, state);
  }

  /** As `caller` of a window sees it; calls of a window that crashed never end. */
  service(owner: object): GatewayService {
    return {
      snapshot: async () => {
        await this.#steps.turn(owner);
        if (this.isOffline) throw new AppError('internal');
        return this.#snapshot();
      },
      apply: async (change) => {
        this.#ledger.called('apply');
        await this.#steps.turn(owner);
        const outcome = this.#apply(change);
        await this.#steps.turn(owner);
        return outcome;
      },
      readCredential: async (_, id) => {
        await this.#steps.turn(owner);
        if (this.isOffline) throw new AppError('internal');
        const entry = this.state === 'ok' ? this.entries.get(id) : undefined;
        return entry?.type === 'token' ? credentialOf(entry.value) : null;
      },
      probe: () => Promise.resolve([]),
      putReference: () => Promise.reject(new AppError('internal')),
      doctor: () => Promise.reject(new AppError('internal')),
      sessions: () => Promise.reject(new AppError('internal')),
      askGateway: () => Promise.reject(new AppError('internal')),
      pinSession: () => Promise.reject(new AppError('internal')),
      putVariable: () => Promise.reject(new AppError('internal')),
      repair: () => Promise.reject(new AppError('internal')),
      watch: (listener) => {
        const call = (): void => void listener();
        this.#listeners.add(call);
        return { dispose: () => void this.#listeners.delete(call) };
      },
    };
  }

  #apply(change: Change): Outcome {
    if (this.isOffline) return { kind: 'notDone', error: new AppError('storeBusy') };
    if (this.state === 'malformed') return { kind: 'notDone', error: new AppError('storeMalformed') };
    if (change.kind !== 'putCredential' && change.kind !== 'removeProfile') throw new Error('no orders here');
    const [agent] = this.#snapshot().agents;
    const conflict = agent && findConflict(change, agent.set, selectionRules(null));
    if (conflict !== null) return { kind: 'notDone', error: conflict ?? new AppError('internal') };
    const { profileId: id } = change;
    const before = this.entries.get(id);
    const after = change.kind === 'putCredential' ? change.credential.secret.reveal() : null;
    this.#ledger.storeWrite(id, before?.value ?? null, after, before?.type === 'oauth');
    const next = new Map(this.entries);
    if (after === null) next.delete(id);
    else next.set(id, { type: 'token', value: after, extra: before?.extra ?? '' });
    this.#set(next, 'ok');
    if (!this.losesNextAnswer) return { kind: 'done', isNoop: false };
    this.losesNextAnswer = false;
    this.#ledger.change(id);
    return { kind: 'unknown', error: new AppError('writeNotConfirmed') };
  }

  #set(entries: ReadonlyMap<string, Entry>, state: StoreState): void {
    this.entries = entries;
    this.state = state;
    this.#revision += 1;
    for (const [id, { value }] of entries) this.#ledger.inStore(id, value);
    for (const listener of this.#listeners) listener();
  }

  #snapshot(): HostSnapshot {
    const isReadable = this.state === 'ok';
    const profiles = new Map(
      isReadable ? [...this.entries].map(([id, entry]) => [profileId(id), profileOf(id, entry)]) : [],
    );
    const agent = anAgent(
      'main',
      { ...aSet({}), profiles },
      { state: this.state, revision: revision(`r${this.#revision}`) },
    );
    return aHost([agent]);
  }
}

function profileOf(id: string, { type, value }: Entry): Profile {
  const material = {
    kind: 'value',
    fingerprint: plainPrint(canonicalText(type, value)),
    length: value.length,
  } as const;
  return { ...aProfile(id, { type, provider: 'anthropic' }), material };
}
