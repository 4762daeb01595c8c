import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProcess, type ProcessSpec } from '../../src/platform/process.ts';
import { parseJson } from '../../src/platform/json.ts';

/** How each reader of what is generated takes it apart: the real one where this machine has it. */

async function runToEnd(spec: Partial<ProcessSpec> & Pick<ProcessSpec, 'file' | 'args'>) {
  const result = await runProcess({ timeoutMs: 60_000, ...spec });
  if (result.kind !== 'exited') throw new Error(`${spec.file} ${result.kind}`);
  return result;
}

function findTool(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const files = folders.filter((folder) => folder !== '').map((folder) => path.join(folder, name));
  return files.find((file) => isProgram(file)) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The words of a command line, by a real shell. */
export async function shellWords(line: string, shell = '/bin/sh'): Promise<string[]> {
  const script = `set -f\nfor word in ${line}\ndo printf '%s\\0' "$word"; done\n`;
  const { code, stdout, stderr } = await runToEnd({ file: shell, args: ['-s'], stdin: script });
  if (code !== 0) throw new Error(stderr);
  return stdout.split('\0').slice(0, -1);
}

/** What cron gives to the shell (crontab(5)): up to the first `%` without a backslash, each `\%` as `%`. */
export function cronCommandOf(line: string): string {
  const command = line.split(' ').slice(5).join(' ');
  const [first = ''] = command.split(/(?<!\\)%/);
  return first.replaceAll('\\%', '%');
}

/** The arguments of an `ExecStart=` of quoted words, by the rules of systemd.syntax(7) and systemd.service(5). */
export function execStartByRules(unit: string): string[] {
  const line = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
  const words = line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return words.map((word) =>
    word
      .replace(/^"(.*)"$/, (_, inner: string) => inner.replaceAll(/\\(.)/g, '$1'))
      .replaceAll('%%', '%')
      .replaceAll('$$', '$'),
  );
}

/**
 * The same by systemd itself, which also judges the unit; `null` where it is not installed. It prints the command as it would be
 * typed, before `$` is looked at.
 */
export async function execStartBySystemd(unit: string): Promise<string[] | null> {
  const { code, stdout, stderr } = (await analyze('openclaw-auth-check.service', unit)) ?? { code: -1 };
  if (code === -1) return null;
  const line = /^\s*Command Line: (.*)$/m.exec(stdout ?? '')?.[1];
  if (code !== 0 || line === undefined) throw new Error(`systemd refuses the unit: ${stderr ?? ''}`);
  return (await shellWords(line)).map((word) => word.replaceAll('$$', '$'));
}

/** Whether systemd takes the unit; `null` where it is not installed. */
export async function isTakenBySystemd(name: string, unit: string): Promise<boolean | null> {
  const result = await analyze(name, unit);
  return result === null ? null : result.code === 0;
}

async function analyze(name: string, unit: string) {
  const file = findTool('systemd-analyze');
  if (file === null) return null;
  const folder = await mkdtemp(path.join(tmpdir(), 'unit-'));
  try {
    await writeFile(path.join(folder, name), unit);
    // A timer is judged together with what it starts.
    const service = '[Service]\nType=oneshot\nExecStart=/bin/true\n';
    if (name.endsWith('.timer')) await writeFile(path.join(folder, name.replace('.timer', '.service')), service);
    const env = { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder, SYSTEMD_LOG_LEVEL: 'debug' };
    return await runToEnd({ file, args: ['--user', '--man=no', 'verify', `./${name}`], cwd: folder, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const READ_PLIST = 'import json, plistlib, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)';

/** A property list, by Apple's own reader or Python's. */
export async function readPlist(text: string): Promise<unknown> {
  const plutil = process.platform === 'darwin' ? '/usr/bin/plutil' : null;
  const { code, stdout, stderr } = await runToEnd(
    plutil === null
      ? { file: findTool('python3') ?? 'python3', args: ['-c', READ_PLIST], stdin: text }
      : { file: plutil, args: ['-convert', 'json', '-o', '-', '-'], stdin: text },
  );
  if (code !== 0) throw new Error(`The property list cannot be read: ${stderr}`);
  return parseJson(stdout);
}

/** The script of a step of GitHub Actions: a literal block, in which `${{ … }}` is replaced before the shell sees it. */
export function stepScript(yaml: string): string {
  const [head = '', body = ''] = yaml.split('  run: |\n');
  if (!/^- name: [\w ]+\n {2}shell: bash\n$/.test(head)) throw new Error(`Not a step: ${head}`);
  const lines = body.trimEnd().split('\n');
  if (!lines.every((line) => line.startsWith('    '))) throw new Error('A line of the step ends the block');
  return lines
    .map((line) => line.slice(4))
    .join('\n')
    .replaceAll(/\$\{\{.*?\}\}/g, 'REPLACED');
}
