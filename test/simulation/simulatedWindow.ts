import { seenCredential } from '../../src/domain/expectation.ts';
import { agentId, hostId, profileId, providerId, type ProfileId } from '../../src/domain/ids.ts';
import type { GatewayService } from '../../src/gateway/service.ts';
import type { Lease } from '../../src/platform/lease.ts';
import { silentLogger, type Logger } from '../../src/platform/logger.ts';
import type { SharedMarks } from '../../src/platform/sharedMarks.ts';
import type { Timers } from '../../src/platform/timers.ts';
import { createSyncEngine } from '../../src/sync/engine.ts';
import { guardGateway } from '../../src/sync/guardedGateway.ts';
import type { ProfileSync, Resolution, SyncEngine } from '../../src/sync/syncEngine.ts';
import { SyncMemory } from '../../src/sync/syncMemory.ts';
import { storeEntered } from '../../src/sync/transfer.ts';
import { createVault } from '../../src/vault/secretStorageVault.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { FakeReadings } from '../fakes/fakeReadings.ts';
import type { FakeSecrets } from './fakeSecrets.ts';
import { credentialOf, plainPrint, type FakeStore } from './fakeStore.ts';
import type { Caller, Ledger } from './ledger.ts';

const MAIN = agentId('main');
const ANTHROPIC = providerId('anthropic');

export interface WindowParts {
  readonly store: FakeStore;
  readonly secrets: FakeSecrets;
  readonly ledger: Ledger;
  readonly marks: SharedMarks;
  readonly timers: Timers;
  readonly lease: Lease;
}

/** One editor window: the real engine and the real vault over the fakes, and what a user does in it. */
export class SimulatedWindow {
  readonly engine: SyncEngine;
  readonly readings: FakeReadings;
  readonly #ledger: Ledger;
  readonly #vault: Vault;
  readonly #gateway: GatewayService;
  #isDead = false;
  /** The profile that a decision of the user is about, while the engine carries it out. */
  #deciding: string | null = null;

  constructor({ store, secrets, ledger, marks, timers, lease }: WindowParts) {
    this.#ledger = ledger;
    const ownTimers: Timers = {
      now: () => timers.now(),
      after: (delayMs, task) =>
        timers.after(delayMs, () => {
          if (!this.#isDead) task();
        }),
    };
    const ownLease: Lease = {
      hold: () => (this.#isDead ? Promise.resolve(false) : lease.hold()),
      release: () => (this.#isDead ? Promise.resolve() : lease.release()),
    };
    const clock = { now: () => 1_700_000_000_000 + timers.now() };
    const vault = createVault({ secrets: secrets.window(this), clock, logger: silentLogger, fingerprint: plainPrint });
    const gateway = store.service(this);
    this.readings = new FakeReadings(gateway, vault, () => void ledger.as('engine', () => this.engine.run('reading')));
    this.engine = createSyncEngine({
      onActed: () => undefined,
      ...{ fingerprint: plainPrint, logger: this.#logger(), timers: ownTimers, readings: this.readings },
      vault: calledBy(vault, (id) => this.#callerOf(id), ledger),
      gateway: {
        ...gateway,
        apply: (change) =>
          ledger.as(this.#callerOf('profileId' in change ? change.profileId : null), () => gateway.apply(change)),
      },
      memory: new SyncMemory(marks),
      lease: () => ownLease,
    });
    this.#vault = calledBy(vault, () => 'user', ledger);
    this.#gateway = guardGateway(
      { ...gateway, apply: (change) => ledger.as('user', () => gateway.apply(change)) },
      this.engine,
    );
    const look = (): void => void ledger.as('engine', () => this.readings.reload());
    gateway.watch(look);
    vault.onDidChange(look);
    look();
  }

  /** The process is gone: nothing of it goes on, and its lease is not given up. */
  crash(): void {
    this.#isDead = true;
  }

  /** As the commands do it: the vault first, then the store, then the base. */
  async enter(id: string, value: string): Promise<void> {
    const profile = this.#profile(id);
    if (profile === undefined || profile?.type === 'oauth') return;
    const parts = { vault: this.#vault, gateway: this.#gateway, fingerprint: plainPrint, logger: silentLogger };
    await storeEntered(parts, this.#identity(id), credentialOf(value), profile, { keeps: true });
  }

  /** As a command whose store cannot be written. */
  async enterCopy(id: string, value: string): Promise<void> {
    await this.#vault.put(this.#identity(id), credentialOf(value));
  }

  async remove(id: string): Promise<void> {
    const profile = this.#profile(id);
    if (profile === undefined || profile === null) return;
    const place = { agentId: MAIN, provider: ANTHROPIC, profileId: profileId(id) };
    const before = await this.#gateway.readCredential(MAIN, profileId(id)).catch(() => null);
    const outcome = await this.#gateway.apply({
      kind: 'removeProfile',
      ...place,
      expected: seenCredential(profile) ?? 'hidden',
    });
    if (outcome.kind === 'done')
      await this.#vault.remove(this.#identity(id), before === null ? {} : { previous: before });
  }

  /** Only the copy, which leaves a tombstone while the store may still hold it: as a removal whose store did not answer. */
  async forgetCopy(id: string): Promise<void> {
    await this.#vault.remove(this.#identity(id));
  }

  conflicts(): readonly ProfileSync[] {
    return [...this.engine.state.agents.values()].flatMap(({ profiles }) =>
      [...profiles.values()].filter(({ conflict }) => conflict !== null),
    );
  }

  async resolve(item: ProfileSync, resolution: Resolution): Promise<void> {
    const id = item.identity.profileId;
    this.#ledger.decide(id, [item.vaultPrint, item.storePrint]);
    this.#deciding = id;
    await this.engine.resolve(item, resolution);
    this.#deciding = null;
  }

  get hasIncident(): boolean {
    return this.#incident() !== null;
  }

  /** Restores every other copy, by chance, or takes the store as it is. */
  async settleIncident(isRestored: (id: ProfileId) => boolean): Promise<void> {
    const incident = this.#incident();
    if (incident === null) return;
    const ids = incident.restorable.map((copy) => copy.profileId).filter(isRestored);
    for (const id of incident.gone) this.#ledger.change(id);
    this.#deciding = '*';
    if (ids.length > 0) await this.engine.restore(MAIN, ids);
    else await this.engine.dismiss(MAIN);
    this.#deciding = null;
  }

  #incident() {
    return this.engine.state.agents.get(MAIN)?.incident ?? null;
  }

  #callerOf(id: string | null): Caller {
    const isDecided = id !== null && (this.#deciding === id || (this.#deciding !== null && id.startsWith('other')));
    return this.#deciding === '*' || isDecided ? 'decision' : 'engine';
  }

  /** As the window saw it last; undefined where it sees nothing. */
  #profile(id: string) {
    const reading = this.readings.current();
    if (reading === null) return undefined;
    return reading.snapshot.agents[0]?.set.profiles.get(profileId(id)) ?? null;
  }

  #identity(id: string) {
    return { hostId: hostId('local'), agentId: MAIN, profileId: profileId(id), provider: ANTHROPIC };
  }

  #logger(): Logger {
    return {
      ...silentLogger,
      error: (message, details) => void this.#ledger.problems.push(`${message} ${JSON.stringify(details)}`),
    };
  }
}

/** The vault with every write attributed. */
function calledBy(vault: Vault, callerOf: (id: string) => Caller, ledger: Ledger): Vault {
  const as = <T>(id: string, what: string, work: () => T): T =>
    ledger.as(callerOf(id), () => {
      ledger.called(what);
      return work();
    });
  return {
    isReachable: () => vault.isReachable(),
    read: (key) => vault.read(key),
    list: () => vault.list(),
    put: (identity, credential, options) =>
      as(identity.profileId, 'put', () => vault.put(identity, credential, options)),
    remove: (identity, options) => as(identity.profileId, 'remove', () => vault.remove(identity, options)),
    recordAgreement: (key, print) => as(key.profileId, 'recordAgreement', () => vault.recordAgreement(key, print)),
    forget: (key) => as(key.profileId, 'forget', () => vault.forget(key)),
    inventory: () => vault.inventory(),
    forgetKey: (name) => vault.forgetKey(name),
    onDidChange: (listener) => vault.onDidChange(listener),
  };
}
