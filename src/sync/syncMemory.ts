import { profileId, type AgentId, type HostId } from '../domain/ids.ts';
import { parseJson } from '../platform/json.ts';
import type { SharedMarks } from '../platform/sharedMarks.ts';
import { NOTHING_SEEN, type Incident, type StoreMemory } from './incidents.ts';
import { CONSENTS, type Consent } from './reconcile.ts';
import type { ProfileSync } from './syncEngine.ts';

interface KeptStore {
  readonly whole: readonly string[];
  readonly isHalted: boolean;
}

/** What is remembered of a host over windows and restarts. Each fact is a file of its own; what cannot be read is not known. */
export class SyncMemory {
  readonly #marks: SharedMarks;

  constructor(marks: SharedMarks) {
    this.#marks = marks;
  }

  async consent(hostId: HostId): Promise<Consent | null> {
    const text = await this.#marks.read(nameOf('consent', hostId));
    return CONSENTS.find((consent) => consent === text) ?? null;
  }

  setConsent(hostId: HostId, consent: Consent): Promise<boolean> {
    return this.#marks.put(nameOf('consent', hostId), consent);
  }

  /** The agent's profiles when its store was whole last, and whether a loss since then waits for the user. */
  async store(hostId: HostId, agentId: AgentId): Promise<StoreMemory> {
    const text = await this.#marks.read(nameOf('store', hostId, agentId));
    const { whole, isHalted } = (text === null ? null : (parseJson(text) as Partial<KeptStore> | null)) ?? {};
    if (!Array.isArray(whole)) return NOTHING_SEEN;
    const ids = whole.filter((id) => typeof id === 'string').map((id) => profileId(id));
    // What is gone is told from the next reading.
    const incident: Incident = { kind: 'profilesGone', gone: [], isDismissed: false };
    return { whole: new Set(ids), incident: isHalted === true ? incident : null };
  }

  setStore(hostId: HostId, agentId: AgentId, { whole, incident }: StoreMemory): Promise<boolean> {
    const kept: KeptStore = { whole: [...(whole ?? [])], isHalted: (incident?.gone.length ?? 0) > 0 };
    return this.#marks.put(nameOf('store', hostId, agentId), JSON.stringify(kept));
  }

  /** Whether the user put off a conflict between exactly these values. */
  async isPostponed(conflict: ProfileSync): Promise<boolean> {
    return (await this.#marks.read(conflictName(conflict))) !== null;
  }

  async postpone(conflict: ProfileSync): Promise<void> {
    await this.#marks.claim(conflictName(conflict));
  }
}

function conflictName({ identity, vaultPrint, storePrint }: ProfileSync): string {
  const { hostId, agentId, profileId } = identity;
  return nameOf('postponed', hostId, agentId, profileId, vaultPrint, storePrint);
}

function nameOf(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts);
}
