import { describe, expect, test } from 'vitest';
import type { ChoiceStep } from '../../../src/domain/choiceSteps.ts';
import { parseConfig } from '../../../src/domain/configDocument.ts';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import type { HostSnapshot } from '../../../src/domain/snapshot.ts';
import type { ProviderStatus } from '../../../src/domain/status.ts';
import { listWhatIfs } from '../../../src/domain/whatIf.ts';
import { aConfig, aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

const [A, B] = ['anthropic:a', 'anthropic:b'] as const;
const BOTH: Readonly<Record<string, ProfileSpec>> = { [A]: {}, [B]: {} };
const ANTHROPIC = providerId('anthropic');

interface Case {
  readonly profiles?: Readonly<Record<string, ProfileSpec>>;
  readonly stored?: readonly string[];
  readonly config?: readonly string[];
  readonly configured?: readonly string[];
  readonly variables?: readonly string[];
  /** The provider's entry under `models.providers`. */
  readonly entry?: object;
  readonly release?: string;
}

function host(given: Case): HostSnapshot {
  const { profiles = BOTH, stored, config, configured = [], entry, release = '2026.9.6' } = given;
  const orderOf = (ids: readonly string[] | undefined) => (ids === undefined ? {} : { anthropic: [...ids] });
  const entries = Object.fromEntries(configured.map((id) => [id, { provider: 'anthropic', mode: 'token' }]));
  const { modelKeys } = parseConfig(JSON.stringify({ models: { providers: { anthropic: entry } } }), '/c');
  return {
    ...aHost([anAgent('main', aSet(profiles, orderOf(stored)))]),
    release: parseRelease(release),
    config: { ...aConfig(orderOf(config), entries), modelKeys },
    environment: environmentOf(given),
  };
}

function provider(given: Case): ProviderStatus {
  const status = deriveHostStatus(host(given), { now: NOW, warnMs: DAY_MS });
  const found = status.agents[0]?.providers.find(({ id }) => id === ANTHROPIC);
  if (found === undefined) throw new Error('no such provider');
  return found;
}

const environmentOf = ({ variables = [] }: Case): HostSnapshot['environment'] =>
  new Map(variables.length === 0 ? [] : [[ANTHROPIC, variables.map((name) => ({ name, source: 'process' }))]]);

const golden = (steps: readonly ChoiceStep[]): readonly string[] =>
  steps
    .filter(({ state }) => state !== 'absent')
    .map(({ rule, state, names }) => `${rule} ${state} ${names.join(',')}`.trim());

describe('what led to the credential in use', () => {
  test.each<[string, Case, readonly string[]]>([
    ['only what the store has', {}, [`default wins ${A},${B}`]],
    [
      'an order that was set for the agent comes before all others',
      { stored: [B], config: [A], configured: [A], variables: ['ANTHROPIC_API_KEY'] },
      [
        `stored wins ${B}`,
        `config passedOver ${A}`,
        `configured passedOver ${A}`,
        `default passedOver ${A},${B}`,
        'environment passedOver ANTHROPIC_API_KEY',
      ],
    ],
    [
      'then the order of the configuration',
      { config: [A], configured: [B] },
      [`config wins ${A}`, `configured passedOver ${B}`, `default passedOver ${A},${B}`],
    ],
    ['then its profiles', { configured: [B] }, [`configured wins ${B}`, `default passedOver ${A},${B}`]],
    [
      'the environment where no profile can be tried',
      { profiles: { [A]: { expiresIn: -1 } }, variables: ['ANTHROPIC_API_KEY'] },
      [`default decides ${A}`, 'environment wins ANTHROPIC_API_KEY'],
    ],
    [
      'then the key of the configuration',
      { profiles: {}, entry: { apiKey: 'sk-FAKE' } },
      ['modelConfig wins anthropic'],
    ],
    [
      'which may come first from 2026.4 on',
      { entry: { apiKey: 'sk-FAKE', auth: 'api-key' } },
      ['modelConfigFirst wins anthropic', `default passedOver ${A},${B}`],
    ],
    [
      'and did not before',
      { entry: { apiKey: 'sk-FAKE', auth: 'api-key' }, release: '2026.2.3' },
      [`default wins ${A},${B}`, 'modelConfig passedOver anthropic'],
    ],
    [
      'nothing of what decides can be used',
      { profiles: { [A]: { expiresIn: -1 } }, stored: [A] },
      [`stored decides ${A}`, `default passedOver ${A}`],
    ],
  ])('%s', (_, given, expected) => {
    expect(golden(provider(given).steps)).toEqual(expected);
  });

  test('a key that comes first leaves no profile a turn', () => {
    const { winner, profiles } = provider({ entry: { apiKey: { source: 'env', id: 'X' }, auth: 'api-key' } });
    expect(winner).toEqual({ kind: 'modelConfig' });
    expect(profiles.map(({ reason }) => reason)).toEqual(['modelKeyFirst', 'modelKeyFirst']);
  });
});

test.each([
  ['sk-FAKE', 'value'],
  ['${FAKE_KEY}', 'variable'],
  ['FAKE_API_KEY', 'variable'],
  [{ source: 'env', provider: 'default', id: 'X' }, 'ref'],
  ['', null],
  ['  ', null],
  [7, null],
  [{}, null],
  [undefined, null],
])('the key of an entry: %j is %s', (apiKey, kind) => {
  const { modelKeys } = parseConfig(JSON.stringify({ models: { providers: { p: { apiKey } } } }), '/c');
  expect(modelKeys.get(providerId('p'))?.kind ?? null).toBe(kind);
});

describe('what would change it', () => {
  const whatIfs = (given: Case) => listWhatIfs(host(given), agentId('main'), ANTHROPIC, NOW);
  const use = (id: string) => ({ kind: 'profile', profileId: profileId(id) });

  test('time: the one in use expires', () => {
    expect(whatIfs({ profiles: { [A]: { expiresIn: DAY_MS }, [B]: {} }, stored: [A, B] })).toEqual([
      { kind: 'time', event: 'expires', profileId: A, at: NOW + DAY_MS, then: use(B) },
      { kind: 'refused', then: use(B) },
      { kind: 'clearOrder', then: use(A) },
    ]);
  });

  test('time: a cooldown of the first ends', () => {
    expect(whatIfs({ profiles: { [A]: { usage: { cooldownUntil: NOW + 5 } }, [B]: {} }, config: [A, B] })).toEqual([
      { kind: 'time', event: 'cooldownEnds', profileId: A, at: NOW + 5, then: use(A) },
      { kind: 'refused', then: use(A) },
    ]);
  });

  test('a moment that changes nothing is not named', () => {
    expect(whatIfs({ profiles: { [A]: {}, [B]: { expiresIn: 5 } }, config: [A, B] })).toEqual([
      { kind: 'refused', then: use(B) },
    ]);
  });

  test('renewing what has expired', () => {
    expect(whatIfs({ profiles: { [A]: { expiresIn: -1 }, [B]: {} }, config: [A, B] })).toEqual([
      { kind: 'refused', then: { kind: 'none' } },
      { kind: 'renew', profileId: A, then: use(A) },
    ]);
  });

  test('nothing for an agent that is not there', () => {
    expect(listWhatIfs(host({}), agentId('nobody'), ANTHROPIC, NOW)).toEqual([]);
  });
});
