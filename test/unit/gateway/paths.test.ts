import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRelease } from '../../../src/domain/release.ts';
import { expandUserPath, resolvePaths } from '../../../src/gateway/paths.ts';

const HOME = '/home/user';

function resolve(
  release: string | null,
  env: Record<string, string> = {},
  present: readonly string[] = [],
  stateDirOverride?: string,
) {
  const exists = (path: string): boolean => present.includes(path);
  return resolvePaths({
    env,
    home: HOME,
    exists,
    release: release === null ? null : parseRelease(release),
    stateDirOverride,
  });
}

describe('resolvePaths', () => {
  it.each([
    ['2026.2.3', {}, [], `${HOME}/.openclaw`],
    ['2026.9.6', {}, [], `${HOME}/.openclaw`],
    ['2026.2.3', { OPENCLAW_STATE_DIR: '/x' }, [], '/x'],
    ['2026.9.6', { OPENCLAW_STATE_DIR: ' ~/x ' }, [], `${HOME}/x`],
    ['2026.2.3', { OPENCLAW_HOME: '/moved' }, [], `${HOME}/.openclaw`],
    ['2026.5.7', { OPENCLAW_HOME: '/moved' }, [], '/moved/.openclaw'],
    ['2026.9.6', { OPENCLAW_HOME: '/moved', OPENCLAW_STATE_DIR: '~/x' }, [], '/moved/x'],
    ['2026.9.6', { OPENCLAW_PROFILE: 'work' }, [], `${HOME}/.openclaw`],
    ['2026.2.3', { CLAWDBOT_STATE_DIR: '/x' }, [], '/x'],
    ['2026.5.7', { CLAWDBOT_STATE_DIR: '/x' }, [], `${HOME}/.openclaw`],
    ['2026.9.6', {}, [`${HOME}/.clawdbot`], `${HOME}/.clawdbot`],
    ['2026.9.6', {}, [`${HOME}/.clawdbot`, `${HOME}/.openclaw`], `${HOME}/.openclaw`],
    ['2026.2.3', {}, [`${HOME}/.moltbot`], `${HOME}/.moltbot`],
    ['2026.5.7', {}, [`${HOME}/.moltbot`], `${HOME}/.openclaw`],
    [null, { OPENCLAW_HOME: '/moved' }, [], '/moved/.openclaw'],
  ] as const)('%s with %j and %j: %s', (release, env, present, expected) => {
    expect(resolve(release, { ...env }, present).stateDir).toBe(expected);
  });

  it('takes the configuration from its own variable, else from the state directory', () => {
    expect(resolve('2026.9.6', { OPENCLAW_CONFIG_PATH: '~/c.json' }).configPath).toBe(`${HOME}/c.json`);
    expect(resolve('2026.9.6', { OPENCLAW_STATE_DIR: '/x' }).configPath).toBe('/x/openclaw.json');
    expect(resolve('2026.9.6', { OPENCLAW_STATE_DIR: '/x' }, ['/x/clawdbot.json']).configPath).toBe('/x/clawdbot.json');
  });

  it('lets a chosen state directory beat every variable', () => {
    const env = { OPENCLAW_STATE_DIR: '/x', OPENCLAW_CONFIG_PATH: '/c.json', OPENCLAW_AGENT_DIR: '/a' };
    expect(resolve('2026.9.6', env, [], '/chosen')).toEqual({
      stateDir: '/chosen',
      configPath: '/chosen/openclaw.json',
      sharedAgentDir: '/chosen/agents/main/agent',
      movedAgentDir: null,
    });
  });

  it('moves what the others inherit only before 2026.6', () => {
    const env = { OPENCLAW_AGENT_DIR: '/a' };
    expect(resolve('2026.5.7', env)).toMatchObject({ sharedAgentDir: '/a', movedAgentDir: '/a' });
    expect(resolve('2026.6.1', env)).toMatchObject({
      sharedAgentDir: `${HOME}/.openclaw/agents/main/agent`,
      movedAgentDir: '/a',
    });
  });

  it('ignores PI_CODING_AGENT_DIR from 2026.8 on', () => {
    expect(resolve('2026.6.1', { PI_CODING_AGENT_DIR: '/p' }).movedAgentDir).toBe('/p');
    expect(resolve('2026.9.6', { PI_CODING_AGENT_DIR: '/p' }).movedAgentDir).toBeNull();
  });

  it('always gives absolute paths', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (stateDir, config) => {
        const paths = resolve('2026.9.6', { OPENCLAW_STATE_DIR: stateDir, OPENCLAW_CONFIG_PATH: config });
        expect(paths.stateDir.startsWith('/')).toBe(true);
        expect(paths.configPath.startsWith('/')).toBe(true);
      }),
    );
  });
});

it('expands the home of a path in the configuration, and nothing else', () => {
  expect(expandUserPath('~/a', {}, HOME)).toBe(`${HOME}/a`);
  expect(expandUserPath('~other/a', {}, '/')).toBe(`${process.cwd()}/~other/a`);
});
