import { profileId, type AgentId, type HostId, type ProfileId } from '../domain/ids.ts';
import { parseJson } from '../platform/json.ts';
import type { SharedMarks } from '../platform/sharedMarks.ts';
import { CONSENTS, type Consent } from './reconcile.ts';
import type { ProfileSync } from './syncEngine.ts';

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

  /** The agent's profiles when its store was whole last. */
  async whole(hostId: HostId, agentId: AgentId): Promise<ReadonlySet<ProfileId> | null> {
    const text = await this.#marks.read(nameOf('whole', hostId, agentId));
    const ids = text === null ? null : parseJson(text);
    return Array.isArray(ids) ? new Set(ids.filter((id) => typeof id === 'string').map((id) => profileId(id))) : null;
  }

  setWhole(hostId: HostId, agentId: AgentId, ids: ReadonlySet<ProfileId>): Promise<boolean> {
    return this.#marks.put(nameOf('whole', hostId, agentId), JSON.stringify([...ids]));
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
