import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptCommand, sharingCommand, type Reach } from '../../../src/hosts/hostCommand.ts';
import { parseHostSpecs, type HostSpec } from '../../../src/hosts/hostSpec.ts';
import { tempFolder } from '../gateway/tempFolder.ts';
import { hostileNames } from './hostileNames.ts';
import { runToEnd, SHELLS } from './shells.ts';

const ID = 'ab'.repeat(32);
const reach: Reach = { program: '/usr/bin/ssh', controlDir: '/run/user/0/claw' };
const alone: Reach = { ...reach, controlDir: null };

function specOf(record: object): HostSpec {
  const [spec] = parseHostSpecs([record]).specs;
  if (spec === undefined) throw new Error('not a spec');
  return spec;
}

const ssh = (more: object = {}): HostSpec => specOf({ kind: 'ssh', destination: 'vps', ...more });
const WORDS = ['/bin/sh', '-c', 'set -f;IFS=;read -r s;eval $s'];

describe('scriptCommand', () => {
  it('reaches each kind of host by an argv of its own', () => {
    const container = specOf({ kind: 'container', engine: 'podman', id: ID, name: 'claw', user: '1000:1000' });
    const distribution = specOf({ kind: 'wsl', distribution: 'Ubuntu', user: 'claw' });
    expect(scriptCommand(specOf({ kind: 'local' }), alone).args).toEqual(WORDS.slice(1));
    expect(scriptCommand(container, alone).args).toEqual(['exec', '-i', '-u', '1000:1000', '--', ID, ...WORDS]);
    const wsl = scriptCommand(distribution, alone);
    expect(wsl.args).toEqual(['-d', 'Ubuntu', '-u', 'claw', '--exec', ...WORDS]);
    expect(wsl.env).toEqual({ WSL_UTF8: '1' });
    const { args } = scriptCommand(ssh({ user: 'claw', port: 2222 }), reach);
    expect(args.slice(-7)).toEqual(['-p', '2222', '-l', 'claw', '--', 'vps', `exec /bin/sh -c '${WORDS[2] ?? ''}'`]);
  });

  it('lends the host nothing, asks nothing, and never weakens the check of its key', () => {
    const { args } = scriptCommand(ssh(), alone);
    const options = args.slice(0, args.indexOf('--'));
    for (const option of ['BatchMode=yes', 'ClearAllForwardings=yes', 'StrictHostKeyChecking=yes', 'ControlPath=none'])
      expect(options).toContain(option);
    expect(options).toEqual(expect.arrayContaining(['-T', '-a', '-x']));
    expect(args.join(' ')).not.toMatch(/KnownHosts|accept-new|StrictHostKeyChecking=(?!yes)/);
  });

  it('shares a connection where the folder for its socket has a plain and short name', () => {
    const pathOf = (controlDir: string): string | undefined =>
      scriptCommand(ssh(), { ...reach, controlDir }).args.find((arg) => arg.startsWith('ControlPath='));
    expect(pathOf('/run/user/0/claw')).toBe('ControlPath=/run/user/0/claw/%C');
    for (const folder of ['', 'relative', '/a b', '/a%h', '/$HOME', '/a"b', `/${'a'.repeat(80)}`])
      expect(pathOf(folder)).toBe('ControlPath=none');
    expect(sharingCommand('stop', ssh(), alone)).toBeNull();
    expect(sharingCommand('stop', specOf({ kind: 'local' }), reach)).toBeNull();
    const close = sharingCommand('stop', ssh({ port: 2222 }), reach)?.args ?? [];
    expect(close.slice(0, 2)).toEqual(['-O', 'stop']);
    expect(close.slice(-4)).toEqual(['-p', '2222', '--', 'vps']);
  });
});

describe('hostile names', () => {
  const records = (name: string): readonly object[] => [
    { kind: 'ssh', destination: name },
    { kind: 'ssh', destination: 'vps', user: name },
    { kind: 'container', engine: 'docker', id: name, name: 'x' },
    { kind: 'container', engine: 'docker', id: ID, name },
    { kind: 'container', engine: 'docker', id: ID, name: 'x', user: name },
    { kind: 'wsl', distribution: name },
    { kind: 'wsl', distribution: 'x', user: name },
  ];

  it('are refused, or are one word that is no option', () => {
    let accepted = 0;
    for (const name of hostileNames('/canary'))
      for (const spec of records(name).flatMap((record) => parseHostSpecs([record]).specs)) {
        accepted += 1;
        const word = name.replace(/^\[(.*)\]$/, '$1');
        const plain = specOf({ ...spec, ...withName(spec, word, 'NAME') });
        const [hostile, harmless] = [spec, plain].map((one) => scriptCommand(one, reach).args);
        expect(hostile).toEqual(harmless?.map((arg) => (arg === 'NAME' ? word : arg)));
        expect(word).not.toMatch(/^-|[^\w.:-]/);
      }
    expect(accepted).toBeGreaterThan(10);
  });

  /** The record with another text wherever the name stands. */
  function withName(spec: HostSpec, name: string, other: string): object {
    const put = (value: unknown): unknown => (value === name && !/^[\da-f]{64}$/.test(name) ? other : value);
    return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, put(value)]));
  }

  it('reach the real ssh as what they are', async () => {
    const folder = await tempFolder();
    const canary = path.join(folder, 'canary');
    const names = hostileNames(canary).filter((name) => parseHostSpecs([{ kind: 'ssh', destination: name }]).specs[0]);
    for (const name of [...names, 'vps', 'a.b-c_d', '2001:db8::1']) {
      const { args } = scriptCommand(specOf({ kind: 'ssh', destination: name, user: 'claw', port: 2222 }), reach);
      const env = { HOME: folder, PATH: process.env['PATH'] };
      const { code, stdout } = await runToEnd({ file: 'ssh', args: ['-F', '/dev/null', '-G', ...args], env });
      expect([name, code]).toEqual([name, 0]);
      const said = new Map(stdout.split('\n').map((line) => [line.split(' ', 1)[0], line.replace(/^\S+ /, '')]));
      expect(said.get('hostname')).toBe(name.replace(/^\[(.*)\]$/, '$1').toLowerCase());
      expect(said.get('user')).toBe('claw');
      expect(said.get('port')).toBe('2222');
      expect(said.get('batchmode')).toBe('yes');
      expect(said.get('clearallforwardings')).toBe('yes');
      expect(said.get('stricthostkeychecking')).toBe('true');
      expect(said.get('forwardagent')).toBe('no');
      expect(said.get('forwardx11')).toBe('no');
      expect(said.get('permitlocalcommand')).toBe('no');
    }
    expect(existsSync(canary)).toBe(false);
  });

  it('would run, were they given to the real ssh without a check', async () => {
    const canary = path.join(await tempFolder(), 'canary');
    await runToEnd({ file: 'ssh', args: ['-F', '/dev/null', `-oProxyCommand=touch ${canary}`, 'vps'] });
    expect(existsSync(canary)).toBe(true);
  });
});

it.each(SHELLS)(
  '%s hands the first line of stdin to a POSIX shell, and the rest to whom that starts',
  async (shell) => {
    const { args } = scriptCommand(ssh(), alone);
    const script = 'echo "[$(printf "%s|" "a b" "c\\\\d" *)]"; IFS= read -r x; printf "%s\\n" "$x"; cat';
    const rest = `it's "$(one)" \\ line!\n${'x'.repeat(70_000)}\nend`;
    const { code, stdout } = await runToEnd({
      ...{ file: shell, args: ['-c', args.at(-1) ?? ''], stdin: `${script}\n${rest}`, cwd: await tempFolder() },
      env: { HOME: '/nowhere', PATH: '/usr/bin:/bin' },
    });
    expect(code).toBe(0);
    expect(stdout).toBe(`[a b|c\\d|*|]\n${rest}`);
  },
);
