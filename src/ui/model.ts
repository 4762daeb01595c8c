import { EventEmitter, type Event } from 'vscode';
import { AppError } from '../domain/errors.ts';
import { deriveHostStatus } from '../domain/hostStatus.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import type { Profile } from '../domain/credential.ts';
import type { HostSnapshot } from '../domain/snapshot.ts';
import type { HostStatus } from '../domain/status.ts';
import type { GatewayService } from '../gateway/service.ts';
import type { Clock } from '../platform/clock.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import type { Logger } from '../platform/logger.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import { deriveAgreement, type Agreement } from '../sync/agreement.ts';
import type { Vault, VaultRead } from '../vault/vault.ts';

export interface ModelParts {
  readonly gateway: GatewayService;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly warnMs: () => number;
}

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'ready'; readonly snapshot: HostSnapshot; readonly reads: ReadonlyMap<string, VaultRead> };

/**
 * What the editor knows of the gateway: the last snapshot, and what the vault holds of each profile. One writer, replaced as a
 * whole. The surfaces read `status()`, which decides anew from the snapshot and the time, so countdowns need no I/O.
 */
export class Model implements Disposable {
  readonly #parts: ModelParts;
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.add(new EventEmitter<void>());
  readonly #flight = new SingleFlight(() => this.#load());
  #state: State = { kind: 'loading' };

  constructor(parts: ModelParts) {
    this.#parts = parts;
  }

  readonly onDidChange: Event<void> = this.#changed.event;

  get state(): State {
    return this.#state;
  }

  /** Reads again; callers during a reading get the one that starts after it. */
  reload(): Promise<void> {
    return this.#flight.run();
  }

  /** The status at this moment, or null before the first snapshot. */
  status(): HostStatus | null {
    if (this.#state.kind !== 'ready') return null;
    const { snapshot } = this.#state;
    return deriveHostStatus(snapshot, { now: this.now(), warnMs: this.#parts.warnMs() });
  }

  /** Unix ms. The gateway of this machine has this machine's clock. */
  now(): number {
    return this.#parts.clock.now();
  }

  /** The profile as the store showed it last. */
  profile(agentId: AgentId, profileId: ProfileId): Profile | null {
    if (this.#state.kind !== 'ready') return null;
    const agent = this.#state.snapshot.agents.find((candidate) => candidate.id === agentId);
    return agent?.set.profiles.get(profileId) ?? null;
  }

  agreement(agentId: AgentId, profileId: ProfileId): Agreement {
    if (this.#state.kind !== 'ready') return 'unknown';
    const read = this.#state.reads.get(keyOf(agentId, profileId)) ?? { kind: 'absent' };
    return deriveAgreement(read, this.profile(agentId, profileId));
  }

  /** Repaints what the passing of time changes. */
  tick(): void {
    if (this.#state.kind === 'ready') this.#changed.fire();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #load(): Promise<void> {
    const next = await this.#read();
    if (this.#lifetime.isOver) return;
    this.#state = next;
    this.#changed.fire();
  }

  async #read(): Promise<State> {
    try {
      const snapshot = await this.#parts.gateway.snapshot({ signal: this.#lifetime.signal });
      return { kind: 'ready', snapshot, reads: await this.#readVault(snapshot) };
    } catch (thrown) {
      const error = AppError.from(thrown);
      this.#parts.logger.error('reading the gateway failed', { code: error.code, ...error.details });
      return { kind: 'failed', error };
    }
  }

  async #readVault(snapshot: HostSnapshot): Promise<ReadonlyMap<string, VaultRead>> {
    const keys = snapshot.agents.flatMap((agent) =>
      [...agent.set.profiles.keys()].map((profileId) => ({ hostId: snapshot.hostId, agentId: agent.id, profileId })),
    );
    const reads = keys.map(
      async (key) => [keyOf(key.agentId, key.profileId), await this.#parts.vault.read(key)] as const,
    );
    return new Map(await Promise.all(reads));
  }
}

function keyOf(agentId: AgentId, profileId: ProfileId): string {
  return JSON.stringify([agentId, profileId]);
}
