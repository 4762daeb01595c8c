import type { AgentId, HostId, ProfileId } from '../domain/ids.ts';
import { dismissIncident, NOTHING_SEEN, recall, type StoreMemory } from './incidents.ts';
import { isKeptOtherwise } from './stateMaps.ts';
import type { HostReading } from './syncEngine.ts';
import type { SyncMemory } from './syncMemory.ts';

/** What this window knows of each store from reading to reading, and what all windows keep of it. */
export class StoreMemories {
  /** As of the last plan; replaced as a whole. */
  current: ReadonlyMap<AgentId, StoreMemory> = new Map();
  readonly #memory: SyncMemory;
  /** What this window wrote of them. */
  readonly #kept = new Map<AgentId, StoreMemory>();

  constructor(memory: SyncMemory) {
    this.#memory = memory;
  }

  /** Takes in what was seen before this window began, and what other windows saw or let go. */
  async recall({ snapshot: { hostId, agents } }: HostReading): Promise<void> {
    for (const id of new Set([...agents.map((agent) => agent.id), ...this.current.keys()])) {
      const kept = await this.#memory.store(hostId, id);
      this.#set(id, recall(this.current.get(id) ?? NOTHING_SEEN, kept));
    }
  }

  /** For the window that writes. */
  async keep(hostId: HostId): Promise<void> {
    for (const [agentId, memory] of this.current) {
      if (!isKeptOtherwise(this.#kept.get(agentId), memory)) continue;
      if (await this.#memory.setStore(hostId, agentId, memory)) this.#kept.set(agentId, memory);
    }
  }

  /** For the others: by the time that this one writes, another will have kept something else. */
  forgetKept(): void {
    this.#kept.clear();
  }

  /** The user takes the store as it is, but for `owed`. */
  async letGo(hostId: HostId, agentId: AgentId, owed: ReadonlySet<ProfileId>): Promise<void> {
    const next = dismissIncident(this.current.get(agentId) ?? NOTHING_SEEN, owed);
    this.#set(agentId, next);
    if (await this.#memory.setStore(hostId, agentId, next)) this.#kept.set(agentId, next);
  }

  #set(agentId: AgentId, memory: StoreMemory): void {
    this.current = new Map([...this.current, [agentId, memory]]);
  }
}
