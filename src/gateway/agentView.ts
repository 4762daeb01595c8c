import type { Credential } from '../domain/credential.ts';
import { revision, type ProfileId } from '../domain/ids.ts';
import {
  EMPTY_PROFILE_SET,
  type ProfileSet,
  type StoreInfo,
  type StoreKind,
  type StoreProblem,
  type StoreState,
} from '../domain/snapshot.ts';

/** What one agent's store shows, wherever it is kept. */
export interface AgentView {
  readonly store: StoreInfo;
  readonly set: ProfileSet;
  /** The credential behind a profile that the agent sees; `null` where there is none to be read. */
  readCredential(id: ProfileId): Credential | null;
}

/** A row that says why there is nothing to show. */
export function problemView(
  kind: StoreKind,
  storePath: string,
  state: StoreState,
  problem: StoreProblem | null,
): AgentView {
  const store: StoreInfo = {
    kind,
    path: storePath,
    state,
    problem,
    offset: null,
    revision: revision(`${state} ${String(problem)}`),
    isValueReadable: false,
  };
  return { store, set: EMPTY_PROFILE_SET, readCredential: () => null };
}
