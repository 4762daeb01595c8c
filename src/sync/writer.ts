import type { HostId } from '../domain/ids.ts';
import type { Lease } from '../platform/lease.ts';
import type { Timers } from '../platform/timers.ts';
import type { Vault } from '../vault/vault.ts';

export interface WriterParts {
  /** Of this window, for the host. */
  readonly lease: (hostId: HostId) => Lease;
  readonly vault: Pick<Vault, 'isReachable'>;
  readonly timers: Timers;
}

/** How long it is believed that the vault answers. */
const REACH_MS = 30_000;

/**
 * Whether this window is the one that writes for a host: it has the lease, and its vault answers. The extension host of a remote
 * window may go on for hours after its window died, without SecretStorage; it must not keep the other windows from writing.
 */
export class Writer {
  readonly #parts: WriterParts;
  #held: { readonly hostId: HostId; readonly lease: Lease } | null = null;
  /** Monotonic ms of the vault's last answer. */
  #reachedAt: number | null = null;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Takes the lease or renews it. Never throws. */
  async hold(hostId: HostId): Promise<boolean> {
    const lease = this.#leaseOf(hostId);
    if (await this.#reachesVault()) return lease.hold();
    await lease.release();
    return false;
  }

  /** Another window can have it at once. */
  release(): void {
    void this.#held?.lease.release();
  }

  async #reachesVault(): Promise<boolean> {
    const { timers, vault } = this.#parts;
    if (this.#reachedAt !== null && timers.now() - this.#reachedAt < REACH_MS) return true;
    this.#reachedAt = (await vault.isReachable()) ? timers.now() : null;
    return this.#reachedAt !== null;
  }

  #leaseOf(hostId: HostId): Lease {
    if (this.#held?.hostId !== hostId) {
      this.release();
      this.#held = { hostId, lease: this.#parts.lease(hostId) };
    }
    return this.#held.lease;
  }
}
