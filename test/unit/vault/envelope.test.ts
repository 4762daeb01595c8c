import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../src/domain/credential.ts';
import { agentId, fingerprint, hostId, profileId, providerId } from '../../../src/domain/ids.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { decodeStored, encodeEnvelope, encodeTombstone, keyName } from '../../../src/vault/envelope.ts';
import { identity, ISSUED, testFingerprint, token } from './support.ts';

const unixMs = fc.integer({ min: 0, max: 8.64e15 });
const credential = fc.oneof(
  fc
    .tuple(fc.string({ minLength: 1, unit: 'binary' }), fc.option(unixMs))
    .map(([text, expiresAt]): Credential => ({ type: 'token', secret: Secret.of(text), expiresAt })),
  fc.string({ minLength: 1, unit: 'binary' }).map((text): Credential => ({ type: 'api_key', secret: Secret.of(text) })),
);
const anyIdentity = fc
  .tuple(fc.string(), fc.string(), fc.string(), fc.string())
  .map(([host, agent, profile, provider]) => ({
    hostId: hostId(host),
    agentId: agentId(agent),
    profileId: profileId(profile),
    provider: providerId(provider),
  }));

function clear(value: Credential | null): unknown {
  return value && { ...value, secret: value.secret.reveal() };
}

describe('envelope', () => {
  it('comes back as it was, for every credential and identity', () => {
    fc.assert(
      fc.property(
        anyIdentity,
        credential,
        unixMs,
        fc.option(fc.string({ minLength: 1 })),
        fc.option(credential),
        (id, held, issuedAt, base, previous) => {
          const baseFingerprint = base === null ? null : fingerprint(base);
          const text = encodeEnvelope({ identity: id, credential: held, issuedAt, baseFingerprint, previous });
          const read = decodeStored(text, testFingerprint);
          if (read.kind !== 'present') throw new Error(read.kind);
          expect(read.envelope).toMatchObject({ identity: id, issuedAt, baseFingerprint });
          expect(clear(read.envelope.credential)).toEqual(clear(held));
          expect(clear(read.envelope.previous)).toEqual(clear(previous));
        },
      ),
    );
  });

  it('comes back as a tombstone', () => {
    const tombstone = {
      identity: identity(),
      deletedAt: ISSUED,
      fingerprint: fingerprint('f1'),
      previous: token('gone'),
    };
    const read = decodeStored(encodeTombstone(tombstone), testFingerprint);
    expect(read.kind).toBe('deleted');
    if (read.kind === 'deleted') expect(clear(read.tombstone.previous)).toEqual(clear(tombstone.previous));
    expect(read).toMatchObject({ tombstone: { deletedAt: ISSUED, fingerprint: 'f1', identity: identity() } });
  });

  it('refuses to write what it could not read back', () => {
    const empty: Credential = { type: 'api_key', secret: Secret.of('') };
    const rest = { identity: identity(), issuedAt: ISSUED, baseFingerprint: null, previous: null };
    expect(() => encodeEnvelope({ ...rest, credential: empty })).toThrow(
      expect.objectContaining({ code: 'credentialInvalid' }),
    );
    expect(() => encodeEnvelope({ ...rest, credential: token('x', Number.NaN) })).toThrow(
      expect.objectContaining({ code: 'credentialInvalid' }),
    );
  });

  it.each([
    ['not JSON', 'sk-ant-FAKE-in-the-clear', 'malformed'],
    ['empty text', '', 'malformed'],
    ['null', 'null', 'malformed'],
    ['an array', '[]', 'malformed'],
    ['version 2', '{"version":2,"sealed":"sk-ant-FAKE-in-the-clear"}', 'laterVersion'],
  ])('reads %s as unreadable, quoting nothing of it', (_, text, reason) => {
    const read = decodeStored(text, testFingerprint);
    expect(read).toMatchObject({ kind: 'unreadable', error: { code: 'vaultUnavailable', details: { reason } } });
    expect(inspect(read, { depth: 9 })).not.toContain('clear');
  });

  it('reads an unknown or missing field as malformed, so that it is not lost by a rewrite', () => {
    const text = encodeEnvelope({
      identity: identity(),
      credential: token('x'),
      issuedAt: ISSUED,
      baseFingerprint: null,
      previous: null,
    });
    const plain = JSON.parse(text) as Record<string, unknown>;
    expect(decodeStored(JSON.stringify({ ...plain, more: 1 }), testFingerprint).kind).toBe('unreadable');
    for (const name of Object.keys(plain)) {
      const rest = Object.fromEntries(Object.entries(plain).filter(([key]) => key !== name));
      expect(decodeStored(JSON.stringify(rest), testFingerprint).kind, name).toBe('unreadable');
    }
  });
});

describe('keyName', () => {
  it('shows no name and keeps neighbours apart', () => {
    const key = { hostId: hostId('a'), agentId: agentId('b'), profileId: profileId('c') };
    const shifted = { hostId: hostId('ab'), agentId: agentId(''), profileId: profileId('c') };
    expect(keyName(key)).toMatch(/^openclawAuth\.profile\.[0-9a-f]{64}$/);
    expect(keyName(key)).not.toBe(keyName(shifted));
  });
});
