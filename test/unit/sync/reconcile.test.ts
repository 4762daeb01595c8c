import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/domain/credential.ts';
import { fingerprintCredential } from '../../../src/domain/credential.ts';
import type { Base, Cell, StoreEntry } from '../../../src/sync/reconcile.ts';
import { CONSENTS, deriveCell, reconcile } from '../../../src/sync/reconcile.ts';
import { aProfile } from '../../fakes/snapshots.ts';
import { identity, testFingerprint, token, vaultBench } from '../vault/support.ts';

const COLUMNS = ['consent', 'authority', 'vault', 'store', 'base'] as const;

/** Which bases there can be: one that is the vault's needs a value there, and so on. */
function basesOf(vault: Cell['vault'], store: Cell['store']): readonly Base[] {
  if (vault === 'absent' || vault === 'unreadable') return ['none'];
  if (vault === 'deleted') return store === 'other' ? ['none', 'store', 'other'] : ['none', 'other'];
  if (store === 'same') return ['none', 'both', 'other'];
  return store === 'earlier' || store === 'other' ? ['none', 'vault', 'store', 'other'] : ['none', 'vault', 'other'];
}

const STORES = {
  present: ['absent', 'unreadable', 'hidden', 'same', 'earlier', 'other'],
  absent: ['absent', 'unreadable', 'hidden', 'other'],
  deleted: ['absent', 'unreadable', 'hidden', 'other'],
  unreadable: ['absent', 'unreadable', 'hidden', 'other'],
} as const satisfies Record<Cell['vault'], readonly Cell['store'][]>;

const CELLS: readonly Cell[] = CONSENTS.flatMap((consent) =>
  (['both', 'gateway', 'managed'] as const).flatMap((authority) =>
    (['absent', 'deleted', 'unreadable', 'present'] as const).flatMap((vault) =>
      STORES[vault].flatMap((store) =>
        basesOf(vault, store).map((base) => ({ consent, authority, vault, store, base })),
      ),
    ),
  ),
);

/** The table of the documentation: what each row matches, and its action. Later rows do not replace earlier ones. */
function documented(): readonly { readonly words: readonly string[]; readonly action: string }[] {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/sync.md'), 'utf8');
  const table = page.slice(page.indexOf('reconcile:begin'), page.indexOf('reconcile:end'));
  const rows = [...table.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
  expect(rows[0]).toEqual([...COLUMNS, 'action', 'because']);
  return rows.slice(2).map((row) => ({ words: row.slice(0, 5), action: row[5] ?? '' }));
}

const matches = (words: readonly string[], cell: Cell): boolean =>
  COLUMNS.every((column, index) => {
    const allowed = words[index]?.split(', ') ?? [];
    return allowed.includes('any') || allowed.includes(cell[column]);
  });

describe('the three-way decision', () => {
  it.each(CELLS)('$consent, $authority, vault $vault, store $store, base $base: as documented', (cell) => {
    const found = documented().filter(({ words }) => matches(words, cell));
    expect(new Set(found.map(({ action }) => action))).toEqual(new Set([reconcile(cell)]));
  });

  it('has no row that says nothing', () => {
    const unused = documented().filter(({ words }) => !CELLS.some((cell) => matches(words, cell)));
    expect(unused).toEqual([]);
  });

  it('takes something out of the store only for a tombstone of exactly what stands there', () => {
    const removing = CELLS.filter((cell) => reconcile(cell) === 'remove');
    expect(removing).toEqual([{ consent: 'sync', authority: 'both', vault: 'deleted', store: 'other', base: 'store' }]);
  });

  it('moves no value where a side is absent but to refill the vault', () => {
    const moving = CELLS.filter((cell) => ['push', 'pull', 'remove'].includes(reconcile(cell)));
    expect(moving.filter(({ store }) => store === 'absent')).toEqual([]);
    expect(moving.filter(({ vault }) => vault === 'absent').map((cell) => reconcile(cell))).toEqual(['pull']);
  });
});

describe('the situation of a profile', () => {
  const print = (tail: string) => fingerprintCredential(token(tail), testFingerprint);
  const holding = (tail: string, spec: Partial<Profile> = {}): Profile => ({
    ...aProfile('anthropic:work'),
    material: { kind: 'value', fingerprint: print(tail), length: 1 },
    ...spec,
  });

  /** The vault held `earlier`, holds `vault` now, and agreed on `base`. */
  async function cellOf(base: string | null, entry: StoreEntry) {
    const { vault } = vaultBench();
    await vault.put(identity(), token('earlier'));
    await vault.put(identity(), token('vault'), base === null ? {} : { baseFingerprint: print(base) });
    return deriveCell('sync', await vault.read(identity()), entry, testFingerprint);
  }

  it.each([
    ['vault', 'vault', 'same', 'both'],
    ['vault', 'gateway', 'other', 'vault'],
    ['earlier', 'earlier', 'earlier', 'store'],
    ['vault', 'earlier', 'earlier', 'vault'],
    ['someone', 'gateway', 'other', 'other'],
    [null, 'gateway', 'other', 'none'],
  ])('agreed on %s, the store holds %s: %s, base %s', async (base, stored, store, expected) => {
    const cell = await cellOf(base, holding(stored));
    expect(cell).toMatchObject({ authority: 'both', vault: 'present', store, base: expected });
  });

  it('tells what the store does not show', async () => {
    expect(await cellOf(null, null)).toMatchObject({ store: 'absent', storePrint: null });
    expect(await cellOf(null, 'unreadable')).toMatchObject({ store: 'unreadable' });
    expect(await cellOf(null, holding('', { material: { kind: 'hidden' } }))).toMatchObject({ store: 'hidden' });
    expect(await cellOf(null, holding('', { material: { kind: 'missing' } }))).toMatchObject({ store: 'absent' });
  });

  it('compares a tombstone with what the user saw', async () => {
    const { vault } = vaultBench();
    await vault.put(identity(), token('seen'));
    await vault.remove(identity());
    const read = await vault.read(identity());
    const baseFor = (entry: StoreEntry) => deriveCell('sync', read, entry, testFingerprint).base;
    expect([baseFor(holding('seen')), baseFor(holding('another')), baseFor(null)]).toEqual(['store', 'other', 'other']);
  });

  it.each([
    ['OAuth', { type: 'oauth' }, 'gateway'],
    ['a reference', { material: { kind: 'ref', ref: { source: 'env', provider: null, id: 'X' } } }, 'managed'],
    ['what is inherited', { origin: 'inherited' }, 'managed'],
    ['an unknown type', { type: 'unknown' }, 'managed'],
    ['what an unfinished set-up left', { dormancy: 'setup' }, 'managed'],
  ] satisfies [string, Partial<Profile>, string][])('leaves %s alone', async (_, spec, authority) => {
    const cell = await cellOf('vault', holding('gateway', spec));
    expect(cell.authority).toBe(authority);
    expect(reconcile(cell)).toBe('none');
  });

  it('takes no agreement from another provider', async () => {
    const cell = await cellOf('vault', { ...holding('vault'), provider: aProfile('openai:x').provider });
    expect(reconcile(cell)).toBe('conflict');
  });
});
