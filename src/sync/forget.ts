import type { Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import type { AgentId, HostId } from '../domain/ids.ts';
import type { Vault, VaultKey } from '../vault/vault.ts';

/** What the extension keeps beside the copies of credentials. */
export type KeepsakeKind = 'history' | 'fingerprintKey' | 'installation' | 'reminders' | 'sync';

export interface Keepsake {
  readonly kind: KeepsakeKind;
  /** How many entries there are; asked again afterwards, so that what is left shows. */
  readonly count: () => Promise<number>;
  readonly forget: () => Promise<unknown>;
}

/** One line of what is kept. `copies`: of one agent; `unreadable`: keys that do not say whose they are. */
export type KeptItem =
  | {
      readonly kind: 'copies';
      readonly hostId: HostId;
      readonly agentId: AgentId;
      /** Credentials, and notes that one was removed. */
      readonly credentials: number;
      readonly tombstones: number;
      readonly keys: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly keys: readonly string[] }
  | { readonly kind: KeepsakeKind; readonly count: number };

/** `error`: the secret storage does not tell what it holds, so copies may be there that are not listed. */
export interface Inventory {
  readonly items: readonly KeptItem[];
  readonly error: AppError | null;
}

/** Everything that the extension keeps, by host and agent. Changes nothing. */
export async function listKept(vault: Vault, keepsakes: readonly Keepsake[]): Promise<Inventory> {
  const inventory = await vault.inventory();
  const keys = inventory.kind === 'listed' ? inventory.keys : [];
  const counted = await Promise.all(keepsakes.map(async ({ kind, count }) => ({ kind, count: await count() })));
  return {
    items: [...groupKeys(keys), ...counted.filter(({ count }) => count > 0)],
    error: inventory.kind === 'listed' ? null : inventory.error,
  };
}

export interface ForgetResult {
  readonly item: KeptItem;
  /** `notDone` and `unknown` where something of it is left, or may be. */
  readonly outcome: Outcome;
}

/**
 * Forgets what was listed and nothing else, one item after the other, and reads back. One that fails does not stop the others.
 * Nothing of a gateway is touched. What was not begun when the signal aborted is `cancelled`.
 */
export async function forgetKept(
  vault: Vault,
  keepsakes: readonly Keepsake[],
  items: readonly KeptItem[],
  signal?: AbortSignal,
): Promise<readonly ForgetResult[]> {
  const results: ForgetResult[] = [];
  // What the user allowed first: otherwise what is forgotten would be copied here again at once.
  const consentFirst = items.toSorted((a, b) => Number(b.kind === 'sync') - Number(a.kind === 'sync'));
  for (const item of consentFirst) {
    const outcome: Outcome =
      signal?.aborted === true
        ? { kind: 'notDone', error: new AppError('cancelled') }
        : await forgetItem(vault, keepsakes, item);
    results.push({ item, outcome });
  }
  return results;
}

async function forgetItem(vault: Vault, keepsakes: readonly Keepsake[], item: KeptItem): Promise<Outcome> {
  if ('keys' in item) return forgetKeys(vault, item.keys);
  const keepsake = keepsakes.find(({ kind }) => kind === item.kind);
  if (keepsake === undefined) return { kind: 'done', isNoop: true };
  try {
    await keepsake.forget();
    const left = await keepsake.count();
    return left === 0 ? { kind: 'done', isNoop: false } : notForgotten(left);
  } catch (thrown) {
    return { kind: 'notDone', error: AppError.from(thrown) };
  }
}

/** Every key is tried; the first failure is the item's. */
async function forgetKeys(vault: Vault, keys: readonly string[]): Promise<Outcome> {
  let outcome: Outcome = { kind: 'done', isNoop: false };
  for (const key of keys) {
    const one = await vault.forgetKey(key);
    if (one.kind !== 'done' && outcome.kind === 'done') outcome = one;
  }
  return outcome;
}

function notForgotten(left: number): Outcome {
  return { kind: 'unknown', error: new AppError('writeNotConfirmed', { side: 'storage', left }) };
}

function groupKeys(keys: readonly VaultKey[]): readonly KeptItem[] {
  const groups = new Map<string, Extract<KeptItem, { kind: 'copies' }>>();
  for (const { name, read } of keys) {
    const identity =
      read.kind === 'present' ? read.envelope.identity : read.kind === 'deleted' ? read.tombstone.identity : null;
    if (identity === null) continue;
    const { hostId, agentId } = identity;
    const text = JSON.stringify([hostId, agentId]);
    const group = groups.get(text) ?? { kind: 'copies', hostId, agentId, credentials: 0, tombstones: 0, keys: [] };
    groups.set(text, {
      ...group,
      credentials: group.credentials + (read.kind === 'present' ? 1 : 0),
      tombstones: group.tombstones + (read.kind === 'deleted' ? 1 : 0),
      keys: [...group.keys, name],
    });
  }
  const unreadable = keys.filter(({ read }) => read.kind === 'unreadable').map(({ name }) => name);
  return [...groups.values(), ...(unreadable.length === 0 ? [] : [{ kind: 'unreadable', keys: unreadable } as const])];
}
