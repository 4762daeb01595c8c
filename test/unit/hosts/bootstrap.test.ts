import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import * as path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { bootInput, parseBootLine, type BootLine } from '../../../src/hosts/bootstrap.ts';
import { scriptCommand } from '../../../src/hosts/hostCommand.ts';
import { parseHostSpecs, type HostPath } from '../../../src/hosts/hostSpec.ts';
import { tempFolder } from '../gateway/tempFolder.ts';
import { runToEnd, SHELLS } from './shells.ts';

const MARK = 'c0ffee0123456789';
let home = '';
let tools = '';

beforeEach(async () => {
  home = path.join(await tempFolder(), 'my home');
  await mkdir(home);
  // What the script needs, in a folder where there is no Node.
  tools = path.join(home, 'tools');
  await mkdir(tools);
  for (const name of ['sed', 'id', 'uname', 'timeout', 'env', 'grep', 'xargs', 'sleep', 'cat'])
    await symlink(existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : `/bin/${name}`, path.join(tools, name));
});

function hostPath(text: string): HostPath {
  const [spec] = parseHostSpecs([{ kind: 'local', node: text }]).specs;
  if (spec?.node === undefined) throw new Error('not a path');
  return spec.node;
}

/** A program that says that it is this Node. */
async function fakeNode(folder: string, says: string, name = 'node'): Promise<string> {
  const file = path.join(home, folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${says}\n`);
  await chmod(file, 0o755);
  return file;
}

interface Wanted {
  readonly node?: string;
  readonly shell?: string;
  /** In front on PATH. */
  readonly folders?: readonly string[];
  readonly by?: string;
}

/** Without a login shell unless one is given: where there is one, what the machine's start-up files set comes first. */
async function probe({ node, shell = '/bin/false', folders = [], by = '/bin/sh' }: Wanted = {}): Promise<
  readonly BootLine[]
> {
  const { args } = scriptCommand({ kind: 'local' }, { program: by, controlDir: null });
  const stdin = bootInput({ mark: MARK, node: node === undefined ? undefined : hostPath(node), mode: 'probe' });
  const env = {
    HOME: home,
    SHELL: shell,
    PATH: [...folders, tools].join(':'),
    NODE_OPTIONS: '--require=/nowhere/at/all',
  };
  const { code, stdout } = await runToEnd({ file: by, args, stdin, env });
  expect(code).toBe(0);
  return stdout.split('\n').flatMap((line) => parseBootLine(line, MARK) ?? []);
}

const nodeIn = (lines: readonly BootLine[]): BootLine | undefined =>
  lines.find(({ kind }) => kind === 'node' || kind === 'noNode');
const found = (file: string, version: string): BootLine => ({ kind: 'node', version, path: file });

describe('the bootstrap', () => {
  it('is one line, whatever it is told', () => {
    const lines = bootInput({ mark: MARK, node: hostPath(`/it's/"$(x)"`), mode: 'run' }).split('\n');
    expect(lines.slice(1)).toEqual([MARK, `/it's/"$(x)"`, 'run', '']);
    expect(lines[0]?.length).toBeLessThan(8_000);
  });

  it.each(SHELLS)('asks %s for its PATH, past the noise of its start-up files', async (shell) => {
    const file = await fakeNode('own bin', 'echo 22.3.4');
    const noise = 'echo "PATH=/wrong"; echo noise >&2; echo "{\\"json\\":1}"\n';
    const sh = `${noise}cat\nPATH="$HOME/own bin:$PATH"; export PATH\n`;
    await writeFile(path.join(home, '.profile'), sh);
    await writeFile(path.join(home, '.bash_profile'), sh);
    await writeFile(path.join(home, '.zprofile'), sh);
    await writeFile(path.join(home, '.cshrc'), `echo noise; echo "PATH=/wrong"\nsetenv PATH "$HOME/own bin:$PATH"\n`);
    await mkdir(path.join(home, '.config/fish'), { recursive: true });
    await writeFile(path.join(home, '.config/fish/config.fish'), `${noise}set -gx PATH "$HOME/own bin" $PATH\n`);
    expect(nodeIn(await probe({ shell }))).toEqual(found(file, '22.3.4'));
  });

  it.each([...SHELLS.filter((shell) => !/csh|fish/.test(shell)), '/usr/bin/busybox'].filter(existsSync))(
    'does the same under %s as sh',
    async (program) => {
      const file = await fakeNode('bin', 'echo 20.12.0');
      const by = path.join(home, 'sh');
      await symlink(program, by);
      expect(nodeIn(await probe({ by, folders: [path.dirname(file)] }))).toEqual(found(file, '20.12.0'));
    },
  );

  it('takes the first on PATH that the worker runs on, never one of a relative folder', async () => {
    await fakeNode('old', 'echo 18.20.8');
    await fakeNode('broken', 'exit 127');
    await fakeNode('chatty', 'echo hello; echo 24.0.0');
    const file = await fakeNode('good', 'echo 24.1.0');
    await fakeNode('later', 'echo 26.0.0');
    const folders = ['old', 'broken', 'chatty', 'good', 'later'].map((folder) => path.join(home, folder));
    expect(nodeIn(await probe({ folders: ['.', 'good', ...folders] }))).toEqual(found(file, '24.1.0'));
  });

  it('finds what version managers keep, the newest', async () => {
    await fakeNode('.nvm/versions/node/v9.11.2/bin', 'echo 9.11.2');
    await fakeNode('.nvm/versions/node/v22.1.0/bin', 'echo 22.1.0');
    const file = await fakeNode('.nvm/versions/node/v24.3.0/bin', 'echo 24.3.0');
    const programs = await fakeNode('.nvm/versions/node/v24.3.0/bin', '', 'openclaw');
    const lines = await probe();
    expect(nodeIn(lines)).toEqual(found(file, '24.3.0'));
    // What was installed with that Node is beside it.
    expect(lines).toContainEqual({ kind: 'fact', name: 'openclaw', value: programs });
  });

  it('takes the Node that the user named, or says what is wrong with it', async () => {
    await fakeNode('bin', 'echo 24.1.0');
    const own = await fakeNode('it\'s "$(touch here)" `x`', 'echo 22.9.9');
    const at = { folders: [`${home}/bin`] };
    expect(nodeIn(await probe({ ...at, node: own }))).toEqual(found(own, '22.9.9'));
    const why = async (node: string): Promise<BootLine | undefined> => nodeIn(await probe({ ...at, node }));
    expect(await why('/nowhere/node')).toEqual({ kind: 'noNode', problem: { kind: 'missing' } });
    expect(await why(home)).toEqual({ kind: 'noNode', problem: { kind: 'missing' } });
    const old = await fakeNode('old', 'echo 20.11.1');
    expect(await why(old)).toEqual({ kind: 'noNode', problem: { kind: 'tooOld', version: '20.11.1' } });
    const broken = await fakeNode('broken', 'echo "cannot execute" >&2; exit 126');
    expect(await why(broken)).toEqual({ kind: 'noNode', problem: { kind: 'broken' } });
    expect(await why('/bin/false')).toEqual({ kind: 'noNode', problem: { kind: 'broken' } });
  });

  it('describes the host', async () => {
    const file = await fakeNode('bin', 'echo 24.1.0');
    const claude = await fakeNode('bin', '', 'claude');
    const lines = await probe({ folders: [path.dirname(file)] });
    const facts = new Map(lines.flatMap((line) => (line.kind === 'fact' ? [[line.name, line.value]] : [])));
    const { uid, username } = userInfo();
    expect(facts.get('user')).toBe(`${String(uid)} ${username}`);
    expect(facts.get('claude')).toBe(claude);
    expect(facts.get('openclaw')).toBe('');
    expect(facts.get('host')).not.toBe('');
  });

  it('goes on without a login shell that is none, or that stays', async () => {
    const file = await fakeNode('bin', 'echo 24.1.0');
    const at = { folders: [path.dirname(file)] };
    const keeper = await fakeNode(
      'bin',
      'sleep 20 & echo "$3" | (read -r a b mark c; echo "${mark%;}"); env; exit 1',
      'keeper',
    );
    for (const shell of ['/usr/sbin/nologin', '/bin/false', keeper])
      expect([shell, nodeIn(await probe({ ...at, shell }))]).toEqual([shell, found(file, '24.1.0')]);
  });
});

describe('parseBootLine', () => {
  it('takes only what is marked and means something', () => {
    const of = (line: string): BootLine | null => parseBootLine(`${MARK} ${line}`, MARK);
    expect(of('node 24.1.0 /opt/a b/node\r')).toEqual(found('/opt/a b/node', '24.1.0'));
    expect(of('fact x')).toBeNull();
    for (const line of ['node 18.0.0 /x', 'node x /x', 'node', 'tooOld x', '', 'constructor', '__proto__ x'])
      expect([line, of(line)]).toEqual([line, null]);
    expect(parseBootLine('node 24.1.0 /x', MARK)).toBeNull();
    expect(parseBootLine(`x${MARK} node 24.1.0 /x`, MARK)).toBeNull();
  });
});
