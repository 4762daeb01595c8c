import { randomUUID } from 'node:crypto';
import type { Outcome, Change } from '../../../src/domain/change.ts';
import { fingerprintCredential, type Credential } from '../../../src/domain/credential.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { seenCredential } from '../../../src/domain/expectation.ts';
import { agentId, profileId, providerId, type Fingerprinter } from '../../../src/domain/ids.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import { NodeLocator } from '../../../src/gateway/nodeProgram.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import { createWorkerWriter } from '../../../src/gateway/workerWriter.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createLease, isProcessAlive } from '../../../src/platform/lease.ts';
import { Lifetime } from '../../../src/platform/lifetime.ts';
import { silentLogger, type Logger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { createSharedMarks } from '../../../src/platform/sharedMarks.ts';
import type { Timers } from '../../../src/platform/timers.ts';
import { createSyncEngine } from '../../../src/sync/engine.ts';
import { guardGateway } from '../../../src/sync/guardedGateway.ts';
import type { ProfileSync, Resolution, SyncEngine } from '../../../src/sync/syncEngine.ts';
import { SyncMemory } from '../../../src/sync/syncMemory.ts';
import { storeEntered } from '../../../src/sync/transfer.ts';
import { createVault } from '../../../src/vault/secretStorageVault.ts';
import type { Vault } from '../../../src/vault/vault.ts';
import { FakeReadings } from '../../fakes/fakeReadings.ts';
import type { Caller, Ledger } from '../../simulation/ledger.ts';
import type { FileSecrets } from './fileSecrets.ts';

const PROVIDER = providerId('anthropic');

/** What all windows share. */
export interface SoakHost {
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly workerPath: string;
  readonly storage: string;
  readonly secrets: FileSecrets;
  readonly ledger: Ledger;
  readonly fingerprintKey: Secret;
  readonly fingerprint: Fingerprinter;
  readonly timers: Timers;
  /** Neither read nor written while it is true: a fake of a connection. */
  isOffline: boolean;
}

/** The ledger's name of a profile. */
export const keyOf = (agent: string, id: string): string => `${agent} ${id}`;

export const credentialOf = (value: string): Credential => ({ type: 'api_key', secret: Secret.of(value) });

/** One editor window: the product's engine, vault and local gateway as `compose` wires them, and what a user does in it. */
export class SoakWindow {
  readonly engine: SyncEngine;
  readonly readings: FakeReadings;
  readonly #host: SoakHost;
  readonly #vault: Vault;
  readonly #gateway: GatewayService;
  readonly #lifetime = new Lifetime();
  /** The profile that a decision of the user is about, while the engine carries it out. */
  #deciding: string | null = null;

  constructor(host: SoakHost) {
    this.#host = host;
    const { ledger, secrets, fingerprint, storage, timers } = host;
    const vault = createVault({ secrets, clock: systemClock, logger: silentLogger, fingerprint });
    const local = this.#openGateway();
    this.readings = new FakeReadings(local, vault, () => void ledger.as('engine', () => this.engine.run('reading')));
    const windowToken = randomUUID();
    this.engine = this.#lifetime.add(
      createSyncEngine({
        ...{ fingerprint, logger: this.#logger(), timers, readings: this.readings, onActed: () => {} },
        vault: this.#calledBy(vault, (key) => this.#callerOf(key)),
        gateway: { ...local, apply: this.#applyAs(local, (key) => this.#callerOf(key)) },
        memory: new SyncMemory(createSharedMarks(`${storage}/sync`)),
        lease: (hostId) =>
          createLease({
            ...{ folder: `${storage}/leases`, name: hostId, token: windowToken },
            ...{ pid: process.pid, clock: systemClock, isAlive: isProcessAlive },
          }),
      }),
    );
    this.#vault = this.#calledBy(vault, () => 'user');
    this.#gateway = guardGateway({ ...local, apply: this.#applyAs(local, () => 'user') }, this.engine);
    const look = (): Promise<void> => ledger.as('engine', () => this.readings.reload());
    this.#lifetime.add(local.watch(look));
    this.#lifetime.add(vault.onDidChange(() => void look()));
    void look();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** As the commands do it. Null where the window sees nothing to enter it for, else how both writes ended. */
  async enter(agent: string, id: string, value: string): Promise<readonly Outcome[] | null> {
    const profile = this.#profile(agent, id);
    const identity = this.#identity(agent, id);
    if (profile === undefined || profile?.type === 'oauth' || identity === null) return null;
    const { fingerprint } = this.#host;
    const parts = { vault: this.#vault, gateway: this.#gateway, fingerprint, logger: silentLogger };
    const { kept, written } = await storeEntered(parts, identity, credentialOf(value), profile, { keeps: true });
    return kept === null ? [written] : [kept, written];
  }

  /** As a command whose store cannot be written. */
  async enterCopy(agent: string, id: string, value: string): Promise<readonly Outcome[] | null> {
    const identity = this.#identity(agent, id);
    return identity === null ? null : [await this.#vault.put(identity, credentialOf(value))];
  }

  async remove(agent: string, id: string): Promise<boolean> {
    const profile = this.#profile(agent, id);
    const identity = this.#identity(agent, id);
    if (profile === undefined || profile === null || profile.type === 'oauth' || identity === null) return false;
    const before = await this.#gateway.readCredential(agentId(agent), profileId(id)).catch(() => null);
    const expected = seenCredential(profile) ?? 'hidden';
    const { agentId: ownAgent, provider, profileId: ownId } = identity;
    const change: Change = { kind: 'removeProfile', agentId: ownAgent, provider, profileId: ownId, expected };
    const outcome = await this.#gateway.apply(change);
    if (outcome.kind === 'done') await this.#vault.remove(identity, before === null ? {} : { previous: before });
    return true;
  }

  async setOrder(agent: string, ids: readonly string[]): Promise<void> {
    const set = this.#agent(agent)?.set;
    if (set === undefined) return;
    const expected = set.order.get(PROVIDER) ?? null;
    const profileIds = ids.map((id) => profileId(id));
    await this.#gateway.apply({ kind: 'setOrder', agentId: agentId(agent), provider: PROVIDER, profileIds, expected });
  }

  conflicts(): readonly ProfileSync[] {
    return [...this.engine.state.agents.values()].flatMap(({ profiles }) =>
      [...profiles.values()].filter(({ conflict }) => conflict !== null),
    );
  }

  async resolve(item: ProfileSync, resolution: Resolution): Promise<void> {
    const key = keyOf(item.identity.agentId, item.identity.profileId);
    this.#host.ledger.decide(key, [item.vaultPrint, item.storePrint]);
    this.#deciding = key;
    await this.engine.resolve(item, resolution);
    this.#deciding = null;
  }

  /** Restores some of the copies, by chance, or takes the store as it is. The profiles that were gone. */
  async settleIncident(agent: string, isRestored: () => boolean): Promise<readonly string[]> {
    const incident = this.engine.state.agents.get(agentId(agent))?.incident ?? null;
    if (incident === null) return [];
    for (const id of incident.gone) this.#host.ledger.change(keyOf(agent, id));
    const ids = incident.restorable.map((copy) => copy.profileId).filter(isRestored);
    this.#deciding = '*';
    if (ids.length > 0) await this.engine.restore(agentId(agent), ids);
    else await this.engine.dismiss(agentId(agent));
    this.#deciding = null;
    return incident.gone;
  }

  /** What keeps it from rest: incidents, and whatever is still to be done. */
  unrest(): readonly string[] {
    const { consent, agents } = this.engine.state;
    if (consent !== 'sync') return [`consent is ${String(consent)}`];
    return [...agents].flatMap(([agent, { incident, profiles }]) => [
      ...(incident === null ? [] : [`${agent} stays with ${incident.kind}, ${incident.gone.join(' ')}`]),
      ...[...profiles.values()]
        .filter(({ action }) => action !== 'offer')
        .map(({ action, identity, failure }) => `${action} of ${identity.profileId}, ${String(failure?.code)}`),
    ]);
  }

  #openGateway(): GatewayService {
    const host = this.#host;
    const { env, home, workerPath, fingerprint, fingerprintKey } = host;
    const nodes = new NodeLocator(runProcess);
    const local = createLocalService({
      ...{ env, home, machine: 'test machine', clock: systemClock, runProcess, logger: silentLogger },
      ...{ fingerprint, workerPath },
      writeJson: createWorkerWriter({
        ...{ run: runProcess, nodes, env, home, workerPath, fingerprintKey, logger: silentLogger },
      }),
    });
    const online = (): void => {
      if (host.isOffline) throw new AppError('internal');
    };
    return {
      ...local,
      snapshot: async (options) => {
        online();
        return local.snapshot(options);
      },
      readCredential: async (agent, id, options) => {
        online();
        return local.readCredential(agent, id, options);
      },
      apply: (change, options) =>
        host.isOffline
          ? Promise.resolve({ kind: 'notDone', error: new AppError('storeBusy') })
          : local.apply(change, options),
    };
  }

  /** Every write to the store, attributed. */
  #applyAs(gateway: GatewayService, callerOf: (key: string) => Caller): GatewayService['apply'] {
    const { ledger, fingerprint } = this.#host;
    return async (change, options) => {
      if (!('profileId' in change)) return gateway.apply(change, options);
      const key = keyOf(change.agentId, change.profileId);
      const caller = callerOf(key);
      ledger.as(caller, () => ledger.called('apply'));
      const after = change.kind === 'putCredential' ? fingerprintCredential(change.credential, fingerprint) : null;
      if (after !== null) ledger.onItsWay(key, after);
      const outcome = await gateway.apply(change, options);
      if (outcome.kind === 'unknown') ledger.change(key);
      if (outcome.kind !== 'notDone' && after !== null) ledger.inStore(key, after);
      if (outcome.kind === 'done' && !outcome.isNoop)
        ledger.as(caller, () => ledger.storeWrite(key, change.expected, after, false));
      return outcome;
    };
  }

  /** The vault with every write attributed. */
  #calledBy(vault: Vault, callerOf: (key: string) => Caller): Vault {
    const { ledger } = this.#host;
    const as = <T>(agent: string, id: string, what: string, work: () => T): T =>
      ledger.as(callerOf(keyOf(agent, id)), () => {
        ledger.called(what);
        return work();
      });
    return {
      ...{ isReachable: () => vault.isReachable(), read: (key) => vault.read(key), inventory: () => vault.inventory() },
      list: () => vault.list(),
      put: (identity, credential, options) =>
        as(identity.agentId, identity.profileId, 'put', () => vault.put(identity, credential, options)),
      remove: (identity, options) =>
        as(identity.agentId, identity.profileId, 'remove', () => vault.remove(identity, options)),
      recordAgreement: (key, print) =>
        as(key.agentId, key.profileId, 'recordAgreement', () => vault.recordAgreement(key, print)),
      forget: (key) => as(key.agentId, key.profileId, 'forget', () => vault.forget(key)),
      forgetKey: (name) => vault.forgetKey(name),
      onDidChange: (listener) => vault.onDidChange(listener),
    };
  }

  #callerOf(key: string): Caller {
    const deciding = this.#deciding;
    return deciding === '*' || deciding === key || `${String(deciding)}-other` === key ? 'decision' : 'engine';
  }

  #agent(agent: string) {
    return this.readings.current()?.snapshot.agents.find(({ id }) => id === agent);
  }

  /** As the window saw it last; undefined where it sees nothing. */
  #profile(agent: string, id: string) {
    const seen = this.#agent(agent);
    return seen === undefined ? undefined : (seen.set.profiles.get(profileId(id)) ?? null);
  }

  #identity(agent: string, id: string) {
    const hostId = this.readings.current()?.snapshot.hostId;
    return hostId === undefined
      ? null
      : { hostId, agentId: agentId(agent), profileId: profileId(id), provider: PROVIDER };
  }

  #logger(): Logger {
    const { problems } = this.#host.ledger;
    return {
      ...silentLogger,
      error: (message, details) => void problems.push(`${message} ${JSON.stringify(details)}`),
    };
  }
}
