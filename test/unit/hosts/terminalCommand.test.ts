import fc from 'fast-check';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { agentId } from '../../../src/domain/ids.ts';
import type { Reach } from '../../../src/hosts/hostCommand.ts';
import { parseHostSpecs, type HostSpec } from '../../../src/hosts/hostSpec.ts';
import { terminalCommand, type TerminalTask } from '../../../src/hosts/terminalCommand.ts';
import { tempFolder } from '../gateway/tempFolder.ts';
import { hostileNames } from './hostileNames.ts';
import { runToEnd, SHELLS } from './shells.ts';

const reach: Reach = { program: '/usr/bin/ssh', controlDir: null };
const ID = 'ab'.repeat(32);
let home = '';
let canary = '';
let said = '';

/** Writes down how it was called. */
const PROGRAM = `#!/bin/sh
printf '%s\\n' "$0" "$@" "dir=$OPENCLAW_STATE_DIR" >> "$SAID"
exit 3
`;

beforeEach(async () => {
  home = await tempFolder();
  [canary, said] = [path.join(home, 'canary'), path.join(home, 'said')];
  for (const folder of ['bin', 'own programs']) {
    await mkdir(path.join(home, folder));
    for (const name of ['openclaw', 'claude']) {
      const file = path.join(home, folder, name);
      await writeFile(file, PROGRAM);
      await chmod(file, 0o755);
    }
  }
});

function sshSpec(more: object = {}): HostSpec | null {
  return parseHostSpecs([{ kind: 'ssh', destination: 'vps', ...more }]).specs[0] ?? null;
}

/** What the server does with the operand: a login shell reads it. Null where the builder refuses. */
async function onHost(shell: string, spec: HostSpec | null, task: TerminalTask): Promise<string | null> {
  const command = spec === null ? null : terminalCommand(spec, task, reach);
  if (command === null) return null;
  const operand = command.args.slice(command.args.indexOf('--') + 2);
  expect(operand).toHaveLength(1);
  await rm(said, { force: true });
  const env = { HOME: home, SHELL: shell, PATH: `${home}/bin:/usr/bin:/bin`, SAID: said, CANARY: canary };
  const { stdout } = await runToEnd({ file: shell, args: ['-c', ...operand], env, stdin: 'exit\n' });
  // Some start-up files set PATH anew; where the program is not found, the shell says so.
  return `${await readFile(said, 'utf8').catch(() => '')}${stdout.includes('[exit code 3]') ? 'code=3' : stdout}`;
}

const status = (id: string): TerminalTask => ({ kind: 'status', agentId: agentId(id) });

describe('terminalCommand', () => {
  it('opens a terminal for each kind of host', () => {
    const task: TerminalTask = { kind: 'doctor' };
    const of = (record: object): readonly string[] => {
      const [spec] = parseHostSpecs([record]).specs;
      return (spec === undefined ? null : terminalCommand(spec, task, reach))?.args ?? [];
    };
    const container = of({ kind: 'container', engine: 'docker', id: ID, name: 'claw', user: 'node' });
    expect(container.slice(0, 9)).toEqual(['exec', '-i', '-t', '-u', 'node', '--', ID, '/bin/sh', '-c']);
    expect(container.slice(-5)).toEqual([...['openclaw-auth', '"$OPENCLAW_AUTH_PROGRAM" doctor', '', '', 'openclaw']]);
    expect(of({ kind: 'wsl', distribution: 'Ubuntu' }).slice(0, 5)).toEqual([
      '-d',
      'Ubuntu',
      '--exec',
      '/bin/sh',
      '-c',
    ]);
    expect(of({ kind: 'local' })[0]).toBe('-c');
    const ssh = of({ kind: 'ssh', destination: 'vps' });
    expect(ssh[0]).toBe('-t');
    // Here somebody can answer: a question of the host's key, a password.
    expect(ssh.join(' ')).not.toMatch(/BatchMode|StrictHostKeyChecking|KnownHosts/);
    expect(ssh).toEqual(expect.arrayContaining(['-a', '-x', 'ClearAllForwardings=yes']));
  });

  it.each(SHELLS)('%s runs each task with the paths that the user named', async (shell) => {
    const own = `${home}/own programs`;
    const spec = sshSpec({ openclaw: `${own}/openclaw`, claude: `${own}/claude`, stateDir: '/srv/my claw' });
    const tail = 'dir=/srv/my claw\ncode=3';
    expect(await onHost(shell, spec, { kind: 'setupToken' })).toBe(`${own}/claude\nsetup-token\n${tail}`);
    expect(await onHost(shell, spec, { kind: 'doctor' })).toBe(`${own}/openclaw\ndoctor\n${tail}`);
    expect(await onHost(shell, spec, { kind: 'onboard' })).toBe(`${own}/openclaw\nonboard\n${tail}`);
    expect(await onHost(shell, spec, status('main'))).toBe(`${own}/openclaw\nmodels\nstatus\n--agent\nmain\n${tail}`);
    expect(await onHost(shell, spec, { kind: 'status', agentId: null })).toBe(
      `${own}/openclaw\nmodels\nstatus\n${tail}`,
    );
  });

  it('finds programs where the login shell does', async () => {
    await writeFile(path.join(home, '.profile'), `PATH=${home}/bin:$PATH\n`);
    for (const shell of ['/bin/sh', '/bin/bash'])
      expect(await onHost(shell, sshSpec(), { kind: 'doctor' })).toBe(`${home}/bin/openclaw\ndoctor\ndir=\ncode=3`);
  });

  it('leaves a shell for the user to work in', async () => {
    for (const shell of SHELLS) {
      const operand = terminalCommand(sshSpec() ?? { kind: 'local' }, { kind: 'shell' }, reach)?.args.at(-1) ?? '';
      const env = { HOME: home, SHELL: shell, PATH: '/usr/bin:/bin' };
      // fish takes a socket for something else than an input to read commands from.
      const args = ['-c', 'cat | "$0" -c "$1"', shell, operand];
      const { stdout } = await runToEnd({ file: '/bin/sh', args, env, stdin: 'echo at "$SHELL"\nexit\n' });
      expect(stdout).toMatch(new RegExp(`at ${shell}\n$`));
    }
  });
});

describe('hostile names', () => {
  const own = { openclaw: '', stateDir: '/srv/claw' };

  it.each(SHELLS)(
    '%s runs nothing of theirs',
    async (shell) => {
      const program = path.join(home, 'bin/openclaw');
      let accepted = 0;
      for (const name of hostileNames(canary)) {
        const asAgent = await onHost(shell, sshSpec({ ...own, openclaw: program }), status(name));
        if (asAgent !== null)
          expect(asAgent).toBe(`${program}\nmodels\nstatus\n--agent\n${name}\ndir=/srv/claw\ncode=3`);
        const asFolder = await onHost(shell, sshSpec({ openclaw: program, stateDir: name }), { kind: 'doctor' });
        if (asFolder !== null) expect(asFolder).toBe(`${program}\ndoctor\ndir=${name}\ncode=3`);
        const asProgram = await onHost(shell, sshSpec({ openclaw: name }), { kind: 'doctor' });
        if (asProgram !== null) expect(asProgram).not.toContain('code=3');
        accepted += [asAgent, asFolder, asProgram].filter((one) => one !== null).length;
        expect([name, existsSync(canary)]).toEqual([name, false]);
      }
      expect(accepted).toBeGreaterThan(10);
    },
    240_000,
  );

  it('would run, were they given to a shell as they are', async () => {
    await runToEnd({ file: '/bin/sh', args: ['-c', `: ${hostileNames(canary)[0] ?? ''}`] });
    expect(existsSync(canary)).toBe(true);
  });

  it.each(SHELLS)(
    '%s gives any text on as it is, unless it is refused',
    async (shell) => {
      const program = path.join(home, 'bin/openclaw');
      const texts = fc.sample(
        fc.string({ unit: fc.constantFrom(...Array.from(' _@+=:,./~-aAé0')), minLength: 1, maxLength: 16 }),
        {
          seed: 1,
          numRuns: 30,
        },
      );
      let accepted = 0;
      for (const text of texts) {
        const heard = await onHost(shell, sshSpec({ ...own, openclaw: program }), status(text));
        if (heard === null) continue;
        accepted += 1;
        expect(heard).toBe(`${program}\nmodels\nstatus\n--agent\n${text}\ndir=/srv/claw\ncode=3`);
      }
      expect(accepted).toBeGreaterThan(5);
    },
    60_000,
  );
});
