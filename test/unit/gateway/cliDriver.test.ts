import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Change, Outcome } from '../../../src/domain/change.ts';
import { parseStoreDocument } from '../../../src/domain/document.ts';
import { agentId, fingerprint, profileId, providerId, revision, type Fingerprinter } from '../../../src/domain/ids.ts';
import { readingRules } from '../../../src/domain/readingRules.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { EMPTY_PROFILE_SET } from '../../../src/domain/snapshot.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import type { ProcessResult, ProcessSpec } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import type { AgentView } from '../../../src/gateway/agentView.ts';
import { applyThroughCli } from '../../../src/gateway/cliDriver.ts';
import { fakeToken } from './sqliteFixture.ts';

const LATEST = readingRules(null);

const NOW = 1_795_000_000_000;
const STATE_DIR = '/state';
const hash: Fingerprinter = (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12));
const exited = (code: number, stdout = '', stderr = ''): ProcessResult => ({ kind: 'exited', code, stdout, stderr });

interface Entry {
  type: 'token' | 'api_key';
  provider: string;
  token?: string;
  key?: string;
  tokenRef?: object;
  expires?: number;
}

/** A store in memory, and a program that works on it or fails. */
class FakeGateway {
  readonly profiles: Record<string, Entry> = {};
  order: Record<string, string[]> = {};
  readonly specs: ProcessSpec[] = [];
  /** Answers in the place of the working program, first one first. */
  readonly answers: ((work: () => void) => ProcessResult)[] = [];
  isReadable = true;
  nowMs = NOW;

  async apply(change: Change, release = '2026.9.6'): Promise<Outcome> {
    const program = {
      path: '/bin/openclaw',
      release: parseRelease(release),
      file: '/bin/openclaw',
      leadingArgs: [],
      env: {},
    };
    const paths = { stateDir: STATE_DIR, configPath: '/state/c.json', sharedAgentDir: '/state/a', movedAgentDir: null };
    const env = { HOME: '/home/user', OPENCLAW_AGENT_DIR: '/elsewhere', NODE_OPTIONS: '--inspect' };
    return applyThroughCli({
      context: {
        program,
        paths,
        env,
        logger: silentLogger,
        busyWaitMs: 1,
        run: (spec) => Promise.resolve(this.#run(spec)),
      },
      change,
      place: { id: agentId('main'), agentDir: '/state/a', isDefault: true, isShared: true, isOutside: false },
      readView: () => Promise.resolve(this.#view()),
      fingerprint: hash,
      clock: { now: () => this.nowMs },
    });
  }

  #run(spec: ProcessSpec): ProcessResult {
    this.specs.push(spec);
    const work = (): void => this.#work(spec);
    const answer = this.answers.shift();
    if (answer !== undefined) return answer(work);
    work();
    return exited(0);
  }

  #work({ args, stdin }: ProcessSpec): void {
    const option = (name: string): string | undefined =>
      args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
    const secret = stdin instanceof Secret ? stdin.reveal().trim() : '';
    const id = option('profile-id') ?? args.at(-1) ?? '';
    const provider = option('provider') ?? '';
    const period = Number(/^(\d+)ms$/.exec(option('expires-in') ?? '')?.[1] ?? Number.NaN);
    this.nowMs += 5000;
    if (args.includes('paste-token'))
      this.profiles[id] = {
        type: 'token',
        provider,
        token: secret,
        ...(Number.isNaN(period) ? {} : { expires: this.nowMs - 100 + period }),
      };
    if (args.includes('paste-api-key')) this.profiles[id] = { type: 'api_key', provider, key: secret };
    if (args.includes('logout')) Reflect.deleteProperty(this.profiles, id);
    if (args.includes('set')) this.order = { ...this.order, [provider]: args.slice(args.indexOf('--') + 1) };
    if (args.includes('clear')) this.order = {};
  }

  #view(): AgentView {
    const text = JSON.stringify({ profiles: this.profiles, order: this.order });
    const parsed = parseStoreDocument(text, hash, LATEST);
    return {
      set: parsed.kind === 'ok' && this.isReadable ? parsed.set : EMPTY_PROFILE_SET,
      store: {
        kind: 'sqlite',
        path: '/state/a/openclaw-agent.sqlite',
        state: this.isReadable ? 'ok' : 'unreadable',
        problem: null,
        offset: null,
        revision: revision(hash(text)),
        isValueReadable: true,
      },
      readCredential: () => null,
    };
  }
}

const ANTHROPIC = providerId('anthropic');

function put(id: string, mark: string, more: Partial<Extract<Change, { kind: 'putCredential' }>> = {}): Change {
  return {
    kind: 'putCredential',
    agentId: agentId('main'),
    provider: ANTHROPIC,
    profileId: profileId(id),
    credential: { type: 'token', secret: Secret.of(fakeToken(mark)), expiresAt: null },
    expected: null,
    ...more,
  };
}

function codeOf(outcome: Outcome): string {
  return outcome.kind === 'done' ? `done${outcome.isNoop ? ' noop' : ''}` : `${outcome.kind} ${outcome.error.code}`;
}

describe('a change through the CLI', () => {
  it('adds a token: the secret on stdin only, the gateway pinned, foreign options dropped', async () => {
    const gateway = new FakeGateway();
    const id = '--help\n$(touch x)';
    expect(codeOf(await gateway.apply(put(id, 'A')))).toBe('done');
    const [spec] = gateway.specs;
    expect(spec?.args).toEqual([
      ...['models', 'auth', '--agent', 'main', 'paste-token', '--provider=anthropic'],
      `--profile-id=${id}`,
    ]);
    expect(spec?.stdin instanceof Secret && spec.stdin.reveal()).toBe(`${fakeToken('A')}\n`);
    expect(JSON.stringify([spec?.args, spec?.env])).not.toContain('sk-ant');
    expect(spec?.env).toMatchObject({ OPENCLAW_STATE_DIR: STATE_DIR, OPENCLAW_CONFIG_PATH: '/state/c.json' });
    expect(spec?.env).toMatchObject({ OPENCLAW_AGENT_DIR: undefined, NODE_OPTIONS: undefined, HOME: '/home/user' });
    expect(spec?.timeoutMs).toBe(60_000);
  });

  it('gives the expiry as a period and takes the time that the CLI needs into account', async () => {
    const gateway = new FakeGateway();
    const credential = { type: 'token', secret: Secret.of(fakeToken('A')), expiresAt: NOW + 86_400_000 } as const;
    expect(codeOf(await gateway.apply(put('a', 'A', { credential })))).toBe('done');
    expect(gateway.specs[0]?.args).toContain('--expires-in=86400000ms');
    const expected = hash(`token\0${fakeToken('A')}`);
    expect(codeOf(await gateway.apply(put('a', 'A', { credential, expected })))).toBe('done noop');
    expect(gateway.specs).toHaveLength(1);
  });

  it('does not believe an exit code: nothing stored is not done', async () => {
    const gateway = new FakeGateway();
    gateway.answers.push(() => exited(0));
    expect(codeOf(await gateway.apply(put('a', 'A')))).toBe('notDone writeNotConfirmed');
  });

  it('does not believe a failure either: what the store shows is done', async () => {
    const gateway = new FakeGateway();
    gateway.answers.push((work) => {
      work();
      return { kind: 'timedOut' };
    });
    expect(codeOf(await gateway.apply(put('a', 'A')))).toBe('done');
  });

  it('is unknown when the store shows something else than before and than wanted', async () => {
    const gateway = new FakeGateway();
    gateway.answers.push(() => {
      gateway.profiles['other'] = { type: 'token', provider: 'anthropic', token: fakeToken('X') };
      return exited(1);
    });
    expect(codeOf(await gateway.apply(put('a', 'A')))).toBe('unknown cliFailed');
  });

  it('is unknown when the store cannot be read afterwards', async () => {
    const gateway = new FakeGateway();
    gateway.answers.push((work) => {
      work();
      gateway.isReadable = false;
      return exited(0);
    });
    expect(codeOf(await gateway.apply(put('a', 'A')))).toBe('unknown writeNotConfirmed');
  });

  it('does not take a store that cannot be read for one without the profile or the order', async () => {
    const gateway = new FakeGateway();
    gateway.profiles['a'] = { type: 'token', provider: 'anthropic', token: fakeToken('A') };
    gateway.order = { anthropic: ['a'] };
    const about = { agentId: agentId('main'), provider: ANTHROPIC };
    const expected = hash(`token\0${fakeToken('A')}`);
    const failing = (): ProcessResult => {
      gateway.isReadable = false;
      return exited(1);
    };
    gateway.answers.push(failing, failing);
    const removal: Change = { kind: 'removeProfile', ...about, profileId: profileId('a'), expected };
    expect(codeOf(await gateway.apply(removal))).toBe('unknown cliFailed');
    gateway.isReadable = true;
    const clear: Change = { kind: 'clearOrder', ...about, expected: [profileId('a')] };
    expect(codeOf(await gateway.apply(clear))).toBe('unknown cliFailed');
  });

  it('tries again while the store is busy, and gives up in the end', async () => {
    const gateway = new FakeGateway();
    gateway.answers.push(() => exited(78));
    expect(codeOf(await gateway.apply(put('a', 'A')))).toBe('done');
    expect(gateway.specs).toHaveLength(2);
    gateway.answers.push(...Array.from({ length: 5 }, () => () => exited(78)));
    expect(codeOf(await gateway.apply(put('b', 'B')))).toBe('notDone storeBusy');
  });

  it.each([
    [exited(1, '', 'AUTH_PROFILE_MIGRATION_REQUIRED'), 'notDone storeRetired'],
    [
      exited(1, '{"ok":false,"error":{"message":"… requires legacy credential migration; run …"}}'),
      'notDone storeRetired',
    ],
    [exited(1, '', 'OpenClaw does not recognize option "--x".'), 'notDone cliUnsupported'],
    [exited(3), 'notDone cliFailed'],
    [{ kind: 'timedOut' }, 'notDone processTimedOut'],
    [{ kind: 'cancelled' }, 'notDone cancelled'],
    [{ kind: 'notStarted', errno: 'ENOENT' }, 'notDone cliMissing'],
    [{ kind: 'notStarted', errno: 'EACCES' }, 'notDone processFailed'],
    [{ kind: 'killed', signal: 'SIGSEGV' }, 'notDone processFailed'],
    [{ kind: 'outputTooLarge' }, 'notDone processFailed'],
  ] satisfies [ProcessResult, string][])('after %j: %s', async (answer, expected) => {
    const gateway = new FakeGateway();
    gateway.answers.push(() => answer);
    expect(codeOf(await gateway.apply(put('a', 'A')))).toBe(expected);
  });

  it('refuses what the user did not see, without running anything', async () => {
    const gateway = new FakeGateway();
    gateway.profiles['a'] = { type: 'token', provider: 'anthropic', token: fakeToken('A') };
    gateway.profiles['ref'] = {
      type: 'token',
      provider: 'anthropic',
      tokenRef: { source: 'env', provider: 'default', id: 'X' },
    };
    const expired = { type: 'token', secret: Secret.of(fakeToken('B')), expiresAt: NOW } as const;
    const stale = hash('something else');
    expect(codeOf(await gateway.apply(put('a', 'B')))).toBe('notDone changeConflict');
    expect(codeOf(await gateway.apply(put('gone', 'B', { expected: stale })))).toBe('notDone changeConflict');
    expect(codeOf(await gateway.apply(put('a', 'B', { expected: stale })))).toBe('notDone changeConflict');
    expect(codeOf(await gateway.apply(put('ref', 'B', { expected: 'hidden' })))).toBe('notDone changeConflict');
    expect(codeOf(await gateway.apply(put('new', 'B', { credential: expired })))).toBe('notDone credentialInvalid');
    expect(codeOf(await gateway.apply(put('nul\0', 'B')))).toBe('notDone changeConflict');
    gateway.isReadable = false;
    expect(codeOf(await gateway.apply(put('new', 'B')))).toBe('notDone storeUnreadable');
    expect(gateway.specs).toEqual([]);
  });

  it('replaces what the user saw', async () => {
    const gateway = new FakeGateway();
    gateway.profiles['a'] = { type: 'token', provider: 'anthropic', token: fakeToken('A') };
    const expected = hash(`token\0${fakeToken('A')}`);
    expect(codeOf(await gateway.apply(put('a', 'B', { expected })))).toBe('done');
    expect(gateway.profiles['a'].token).toBe(fakeToken('B'));
  });

  it('removes one profile where the release can, and says so where it cannot', async () => {
    const gateway = new FakeGateway();
    gateway.profiles['-x'] = { type: 'token', provider: 'anthropic', token: fakeToken('A') };
    const removal: Change = {
      kind: 'removeProfile',
      agentId: agentId('main'),
      provider: ANTHROPIC,
      profileId: profileId('-x'),
      expected: hash(`token\0${fakeToken('A')}`),
    };
    const stale = { ...removal, expected: hash('something else') };
    expect(codeOf(await gateway.apply(stale))).toBe('notDone changeConflict');
    expect(codeOf(await gateway.apply(removal, '2026.6.5'))).toBe('notDone cliUnsupported');
    expect(gateway.specs).toEqual([]);
    expect(codeOf(await gateway.apply(removal))).toBe('done');
    expect(gateway.specs[0]?.args).toEqual(['models', 'auth', 'logout', '--agent', 'main', '--yes', '--', '-x']);
    expect(codeOf(await gateway.apply(removal))).toBe('done noop');
  });

  it('sets and clears the order, and notices a release that drops ids from it', async () => {
    const gateway = new FakeGateway();
    const about = { agentId: agentId('main'), provider: ANTHROPIC };
    const profileIds = [profileId('b'), profileId('a')];
    const set: Change = { kind: 'setOrder', ...about, profileIds, expected: null };
    const clear: Change = { kind: 'clearOrder', ...about, expected: profileIds };
    expect(codeOf(await gateway.apply(set))).toBe('done');
    expect(codeOf(await gateway.apply(set))).toBe('done noop');
    const other = { ...set, profileIds: [profileId('a')] };
    expect(codeOf(await gateway.apply(other))).toBe('notDone changeConflict');
    expect(codeOf(await gateway.apply({ ...clear, expected: null }))).toBe('notDone changeConflict');
    expect(gateway.specs).toHaveLength(1);
    expect(codeOf(await gateway.apply(clear))).toBe('done');
    expect(codeOf(await gateway.apply(clear))).toBe('done noop');
    gateway.answers.push(() => {
      gateway.order = { anthropic: ['b'] };
      return exited(0);
    });
    expect(codeOf(await gateway.apply(set))).toBe('unknown writeNotConfirmed');
  });
});
