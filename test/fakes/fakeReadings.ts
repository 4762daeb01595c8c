import type { GatewayService } from '../../src/gateway/service.ts';
import { SingleFlight } from '../../src/platform/singleFlight.ts';
import type { HostReading, Readings } from '../../src/sync/syncEngine.ts';
import { readVaultView } from '../../src/sync/vaultView.ts';
import type { Vault } from '../../src/vault/vault.ts';

/** Readings as the model makes them, without an editor. */
export class FakeReadings implements Readings {
  readonly #gateway: Pick<GatewayService, 'snapshot'>;
  readonly #vault: Vault;
  readonly #flight = new SingleFlight(() => this.#read());
  readonly #onRead: () => void;
  #current: HostReading | null = null;

  constructor(gateway: Pick<GatewayService, 'snapshot'>, vault: Vault, onRead: () => void = () => {}) {
    this.#gateway = gateway;
    this.#vault = vault;
    this.#onRead = onRead;
  }

  current(): HostReading | null {
    return this.#current;
  }

  reload(): Promise<void> {
    return this.#flight.run();
  }

  async #read(): Promise<void> {
    try {
      const snapshot = await this.#gateway.snapshot();
      const { hostId, agents } = snapshot;
      const keys = agents.flatMap(({ id: agentId, set }) =>
        [...set.profiles.keys()].map((profileId) => ({ hostId, agentId, profileId })),
      );
      this.#current = { snapshot, vault: await readVaultView(this.#vault, keys, () => false) };
    } catch {
      this.#current = null;
    }
    this.#onRead();
  }
}
