import { describe, expect, it } from 'vitest';
import type { Material, Profile } from '../../../src/domain/credential.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { fingerprint } from '../../../src/domain/ids.ts';
import { type Agreement, deriveAgreement } from '../../../src/sync/agreement.ts';
import type { VaultRead } from '../../../src/vault/vault.ts';
import { aProfile } from '../../fakes/snapshots.ts';
import { identity, ISSUED, token } from '../vault/support.ts';

const VAULT = {
  present: {
    kind: 'present',
    envelope: {
      identity: identity(),
      credential: token('1'),
      fingerprint: fingerprint('same'),
      issuedAt: ISSUED,
      baseFingerprint: null,
      previous: null,
    },
  },
  absent: { kind: 'absent' },
  deleted: {
    kind: 'deleted',
    tombstone: { identity: identity(), deletedAt: ISSUED, fingerprint: fingerprint('same'), previous: null },
  },
  unreadable: { kind: 'unreadable', error: new AppError('vaultUnavailable') },
} satisfies Record<VaultRead['kind'], VaultRead>;

const value = (print: string): Material => ({ kind: 'value', fingerprint: fingerprint(print), length: 108 });
const ref: Material = { kind: 'ref', ref: { source: 'env', provider: null, id: 'KEY' } };
const profile = (material: Material, type: Profile['type'] = 'token') => aProfile('anthropic:work', { type, material });

const STORE = {
  none: null,
  same: profile(value('same')),
  sameKey: profile(value('same'), 'api_key'),
  other: profile(value('other')),
  hidden: profile({ kind: 'hidden' }),
  missing: profile({ kind: 'missing' }),
  ref: profile(ref),
  oauth: profile(value('same'), 'oauth'),
  hiddenOauth: profile({ kind: 'hidden' }, 'oauth'),
  unknownType: profile({ kind: 'missing' }, 'unknown'),
  inherited: { ...profile(value('same')), origin: 'inherited' },
  inheritedOther: { ...profile(value('other')), origin: 'inherited' },
  inheritedHidden: { ...profile({ kind: 'hidden' }), origin: 'inherited' },
} satisfies Record<string, Profile | null>;

const managed = {
  present: 'notApplicable',
  absent: 'notApplicable',
  deleted: 'notApplicable',
  unreadable: 'notApplicable',
} as const;
const held = { absent: 'storeOnly', deleted: 'storeOnly', unreadable: 'unknown' } as const;
const notHeld = { absent: 'notApplicable', deleted: 'notApplicable', unreadable: 'unknown' } as const;

const TABLE: Record<keyof typeof STORE, Record<keyof typeof VAULT, Agreement>> = {
  none: { present: 'vaultOnly', ...notHeld },
  same: { present: 'agree', ...held },
  sameKey: { present: 'agree', ...held },
  other: { present: 'differ', ...held },
  hidden: { present: 'unknown', ...held },
  missing: { present: 'vaultOnly', ...notHeld },
  ref: managed,
  oauth: managed,
  hiddenOauth: managed,
  unknownType: managed,
  inherited: { present: 'agree', ...notHeld },
  inheritedOther: { present: 'differ', ...notHeld },
  inheritedHidden: { present: 'unknown', ...notHeld },
};

describe('deriveAgreement', () => {
  const cells = Object.entries(TABLE).flatMap(([store, row]) =>
    Object.entries(row).map(([vault, agreement]) => ({ store, vault, agreement })),
  );
  it.each(cells)('store $store × vault $vault is $agreement', ({ store, vault, agreement }) => {
    expect(deriveAgreement(VAULT[vault as keyof typeof VAULT], STORE[store as keyof typeof STORE])).toBe(agreement);
  });
});
