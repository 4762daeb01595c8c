import { expect, it } from 'vitest';
import { agentId, hostId, profileId, providerId, revision } from '../../../src/domain/ids.ts';
import type { Health } from '../../../src/domain/health.ts';
import type { Winner } from '../../../src/domain/selection.ts';
import type { StoreState } from '../../../src/domain/snapshot.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../../../src/domain/status.ts';
import { deriveExitCode, formatFindings, narrowToAgent, toDocument } from '../../../src/gateway/headless.ts';
import { parseHeadlessArgs } from '../../../src/gateway/headlessArgs.ts';

function provider(id: string, winner: Health | Winner['kind']): ProviderStatus {
  const isKind = winner === 'none' || winner === 'environment' || winner === 'modelConfig' || winner === 'profile';
  const only = profileId(`${id}:a`);
  const profile = {
    ...{ id: only, provider: providerId(id), type: 'token', origin: 'own', material: { kind: 'hidden' } },
    ...{ health: isKind ? 'ok' : winner, expiresAt: 5, cooldownUntil: null, cooldownModel: null, cooldownReason: null },
    ...{ disabledUntil: null, disabledReason: null, email: 'person@example.com', displayName: null, reason: 'winner' },
  } as ProfileStatus;
  const chosen: Winner =
    winner === 'none' || winner === 'modelConfig'
      ? { kind: winner }
      : winner === 'environment'
        ? { kind: 'environment', variable: 'X_API_KEY' }
        : { kind: 'profile', profileId: only };
  return {
    id: providerId(id),
    order: { source: 'default', profileIds: [only], listed: [], listedIn: null },
    winner: chosen,
    steps: [],
    profiles: [profile],
  };
}

function agent(id: string, state: StoreState, ...providers: readonly ProviderStatus[]): AgentStatus {
  const store = { kind: 'sqlite', path: '/s', state, problem: null, offset: null } as const;
  return {
    ...{ id: agentId(id), isDefault: id === 'main', providers, unreadable: [] },
    store: { ...store, revision: revision('1'), isValueReadable: true },
  };
}

function status(...agents: readonly AgentStatus[]): HostStatus {
  return {
    ...{ hostId: hostId('local'), hostName: 'box', userName: 'user', release: '2026.9.6', era: 'sqlite', readAt: 1 },
    ...{ stateDir: '/state', cliPath: null, config: { path: '/state/openclaw.json', state: 'ok' }, agents },
    findings: [],
  };
}

const exitCode = (host: HostStatus, ...inUse: readonly string[]): number =>
  deriveExitCode(host, new Set(inUse.map(providerId)));

it.each([
  ['ok', 0],
  ['unknown', 0],
  ['refreshable', 0],
  ['coolingDown', 0],
  ['disabled', 0],
  ['environment', 0],
  ['modelConfig', 0],
  ['expiring', 2],
  ['expired', 1],
  ['invalid', 1],
  ['none', 1],
] as const)('exits by what the winner needs: %s is %i', (winner, expected) => {
  expect(exitCode(status(agent('main', 'ok', provider('anthropic', winner))))).toBe(expected);
});

it('takes the worst of all agents, and only providers in use', () => {
  const host = status(
    agent('main', 'ok', provider('anthropic', 'expiring'), provider('openai', 'expired')),
    agent('work', 'ok', provider('anthropic', 'ok')),
  );
  expect(exitCode(host)).toBe(1);
  expect(exitCode(host, 'anthropic')).toBe(2);
  expect(exitCode(host, 'google')).toBe(1);
});

it.each(['malformed', 'unreadable', 'retired'] as const)('acts now when a store is %s', (state) => {
  const host = status(agent('main', 'ok', provider('anthropic', 'ok')), agent('work', state));
  expect(exitCode(host, 'anthropic')).toBe(1);
});

it('acts now when there is nothing', () => {
  expect(exitCode(status())).toBe(1);
  expect(exitCode(status(agent('main', 'missing')))).toBe(1);
});

it('prints a document with fixed keys and no account name', () => {
  const document = toDocument(status(agent('main', 'ok', provider('anthropic', 'expiring'))));
  expect(document).toMatchObject({ schema: 1, release: '2026.9.6', era: 'sqlite', stateDir: '/state', readAt: 1 });
  expect(document).toHaveProperty('agents.0.store', { kind: 'sqlite', path: '/s', state: 'ok', problem: null });
  expect(document).toHaveProperty('agents.0.providers.0.order', {
    source: 'default',
    profileIds: ['anthropic:a'],
  });
  expect(document).toHaveProperty('agents.0.providers.0.profiles.0', {
    ...{ id: 'anthropic:a', type: 'token', origin: 'own', health: 'expiring', expiresAt: 5, cooldownUntil: null },
    ...{ disabledUntil: null, disabledReason: null, reason: 'winner' },
  });
  expect(JSON.stringify(document)).not.toContain('person@');
});

it('prints one line per finding, whatever stands in an id', () => {
  const finding = { severity: 'warning', agentId: agentId('main'), provider: null, profileId: null } as const;
  const message = 'main: a\nb\u001B[31m\u202E expires in 3 h.';
  const host = { ...status(), findings: [{ ...finding, code: 'tokenExpiring', message } as const] };
  expect(formatFindings(host, 'lines')).toBe(
    'warning tokenExpiring: main: a\\u{000a}b\\u{001b}[31m\\u{202e} expires in 3 h.\n',
  );
});

it('names a file that an editor opens in front of each finding, on request', () => {
  const file = { ...agent('lab', 'malformed').store, kind: 'json', path: '/a\nb/auth-profiles.json' } as const;
  const about = { severity: 'error', code: 'storeMalformed', provider: null, profileId: null } as const;
  const host = {
    ...status(agent('main', 'ok'), { ...agent('lab', 'malformed'), store: file }),
    findings: ['main', 'lab', null].map((id) => ({
      ...{ ...about, agentId: id === null ? null : agentId(id), message: `${String(id)}: x` },
    })),
  };
  const config = '/state/openclaw.json:1:1: error storeMalformed';
  expect(formatFindings(host, 'problems').split('\n')).toEqual([
    ...[
      `${config}: main: x`,
      '/a\\u{000a}b/auth-profiles.json:1:1: error storeMalformed: lab: x',
      `${config}: null: x`,
    ],
    '',
  ]);
});

it('narrows to one agent, with the findings that concern it', () => {
  const about = { severity: 'info', provider: null, profileId: null, message: '' } as const;
  const host = {
    ...status(agent('main', 'ok'), agent('work', 'ok')),
    findings: [
      { ...about, code: 'configUnreadable', agentId: null },
      { ...about, code: 'noCredentials', agentId: agentId('main') },
      { ...about, code: 'noCredentials', agentId: agentId('work') },
    ] as const,
  };
  const narrowed = narrowToAgent(host, 'work');
  expect(narrowed?.agents.map(({ id }) => id)).toEqual(['work']);
  expect(narrowed?.findings.map((finding) => finding.agentId)).toEqual([null, 'work']);
  expect(narrowToAgent(host, 'nobody')).toBeNull();
});

it.each([
  [
    ['status', '--json'],
    { kind: 'status', options: { stateDir: null, agent: null, openclaw: null, warnMs: 86_400_000, format: 'lines' } },
  ],
  [
    ['check', '--state-dir', '/s', '--agent=main', '--warn-days', '0.5', '--openclaw', '/bin/oc'],
    {
      kind: 'check',
      options: { stateDir: '/s', agent: 'main', openclaw: '/bin/oc', warnMs: 43_200_000, format: 'lines' },
    },
  ],
  [
    ['check', '--format', 'problems'],
    { kind: 'check', options: { stateDir: null, agent: null, openclaw: null, warnMs: 86_400_000, format: 'problems' } },
  ],
  [['rpc'], { kind: 'rpc' }],
  [['--help'], { kind: 'help' }],
  [['status', '-h'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
])('understands %j', (args, expected) => {
  expect(parseHeadlessArgs(args)).toEqual(expected);
});

it.each([
  [[]],
  [['status']],
  [['destroy']],
  [['check', 'twice']],
  [['check', '--bogus']],
  [['check', '--state-dir']],
  [['check', '--state-dir=']],
  [['check', '--warn-days', '-1']],
  [['check', '--warn-days', '1e9']],
  [['check', '--warn-days', 'soon']],
  [['check', '--format', 'xml']],
  [['status', '--json', '--format', 'problems']],
  [['rpc', '--agent', 'main']],
])('refuses %j', (args) => {
  expect(parseHeadlessArgs(args).kind).toBe('usageError');
});
