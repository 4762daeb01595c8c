import { expect, it } from 'vitest';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { canAddReference, isReferenceAlias, isReferenceId, referencePlan } from '../../../src/domain/reference.ts';
import { parseRelease } from '../../../src/domain/release.ts';

it('is a plan for one new entry, and for nothing else to be cleaned up', () => {
  const place = { agentId: agentId('ops'), provider: providerId('openai'), profileId: profileId('openai:a.b') };
  const plan = referencePlan({ ...place, ref: { source: 'env', provider: null, id: 'KEY' } }, new Date(0));
  expect(plan).toEqual({
    ...{ version: 1, protocolVersion: 1, generatedAt: '1970-01-01T00:00:00.000Z', generatedBy: 'manual' },
    targets: [
      {
        ...{ type: 'auth-profiles.api_key.key', path: 'profiles.openai:a.b.key' },
        ...{ pathSegments: ['profiles', 'openai:a.b', 'key'], agentId: 'ops', authProfileProvider: 'openai' },
        ref: { source: 'env', provider: 'default', id: 'KEY' },
      },
    ],
    options: { scrubEnv: false, scrubAuthProfilesForProviderTargets: false, scrubLegacyAuthJson: false },
  });
});

it.each([
  ['2026.2.3', false],
  ['2026.3.8', true],
  ['2026.9.6', true],
])('OpenClaw %s can be given one: %s', (release, expected) => {
  expect(canAddReference(parseRelease(release))).toBe(expected);
});

it.each([
  ['env', 'OPENAI_API_KEY', true],
  ['env', 'openai', false],
  ['env', '1KEY', false],
  ['env', '', false],
  ['file', '/keys/openai', true],
  ['exec', ' x', false],
  ['exec', '', false],
] as const)('%s %j is a name: %s', (source, id, expected) => {
  expect(isReferenceId(source, id)).toBe(expected);
});

it.each([
  ['default', true],
  ['my-vault_2', true],
  ['Vault', false],
  ['', false],
])('%j is a provider of secrets: %s', (alias, expected) => {
  expect(isReferenceAlias(alias)).toBe(expected);
});
