import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../src/platform/process.ts';
import { makeArtefacts, type Artefacts } from '../../src/view/automation/artefacts.ts';
import { WORKER_NAME, type AutomationKind, type CheckPlan, type Reaction } from '../../src/view/automation/plan.ts';
import {
  cronCommandOf,
  execStartByRules,
  execStartBySystemd,
  isTakenBySystemd,
  readPlist,
  stepScript,
} from '../harness/automationReaders.ts';
import { ensureOpenclaw } from '../harness/openclaw.ts';
import { writeHome } from '../harness/openclawHome.ts';

/** Every generated artefact, run as its own reader would run it, on real homes in folders with hostile names. */

const WORKER = path.resolve(import.meta.dirname, '../../dist/worker.mjs');
const DAY_MS = 86_400_000;
const MARK = 'FAKEFAKE';
const HOSTILE = `a "b' $HOME %h \`id\` \${{ c }} <&>`;
const STATES = { healthy: 200 * DAY_MS, expiring: DAY_MS, expired: -DAY_MS } as const;
type State = keyof typeof STATES;

let root: string;
let fakes: string;
beforeAll(async () => {
  if (!existsSync(WORKER)) throw new Error(`${WORKER} is missing: npm run build makes it.`);
  root = await mkdtemp(path.join(tmpdir(), 'automation-'));
  fakes = path.join(root, 'fakes');
  await mkdir(fakes);
  for (const name of ['notify-send', 'osascript', 'termux-notification', 'mail']) await writeFake(name);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A fake of a program that shows or sends something: it notes its arguments and input in `<name>.told`. */
async function writeFake(name: string): Promise<void> {
  const input = name === 'mail' ? 'cat' : ':';
  const text = `#!/bin/sh\n# A fake ${name} for tests.\n{ printf '%s\\n' "$@"; ${input}; } >>'${fakes}/${name}.told'\n`;
  await writeFile(path.join(fakes, name), text);
  await chmod(path.join(fakes, name), 0o755);
}

async function told(name: string): Promise<string> {
  const file = path.join(fakes, `${name}.told`);
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  return text;
}

async function makeGateway(release: string, state: State): Promise<{ stateDir: string; home: string }> {
  const home = path.join(root, `${release} ${state} ${HOSTILE.replaceAll('/', '')}`);
  await mkdir(home, { recursive: true });
  const profile = {
    ...{ type: 'token', provider: 'anthropic', token: `sk-ant-oat01-${'FAKE'.repeat(24)}`.slice(0, 108) },
    expires: Date.now() + STATES[state],
  };
  const main = { store: { version: 1, profiles: { 'anthropic:<b>&': profile } }, state: null };
  const { stateDir } = await writeHome(home, release, { config: {}, agents: { main } });
  return { stateDir, home };
}

interface Run {
  readonly code: number;
  readonly stdout: string;
}

/** With the environment of a timer: neither the editor's PATH nor its variables. */
async function run(file: string, args: readonly string[], home: string, cwd = '/'): Promise<Run> {
  const env = { HOME: home, PATH: `${fakes}:/usr/bin:/bin` };
  const result = await runProcess({ file, args, env, cwd, timeoutMs: 120_000 });
  if (result.kind !== 'exited') throw new Error(`${file}: ${result.kind}`);
  expect(result.stderr).toBe('');
  expect(result.stdout).not.toContain(MARK);
  return result;
}

/** Puts the files where they belong, as the command does. */
async function install({ files }: Artefacts, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(WORKER, path.join(folder, WORKER_NAME));
  for (const { path: file, text, mode } of files) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { mode });
  }
}

function textOf({ files }: Artefacts, ending: string): string {
  return files.find(({ path: file }) => file.endsWith(ending))?.text ?? '';
}

const READERS: Record<AutomationKind, (artefacts: Artefacts, home: string) => Promise<Run>> = {
  systemd: async (artefacts, home) => {
    const unit = textOf(artefacts, '.service');
    const byRules = execStartByRules(unit);
    expect((await execStartBySystemd(unit)) ?? byRules).toEqual(byRules);
    expect((await isTakenBySystemd('openclaw-auth-check.timer', textOf(artefacts, '.timer'))) ?? true).toBe(true);
    const [file = '', ...args] = byRules;
    return run(file, args, home);
  },
  cron: ({ copy }, home) => {
    const [comment = '', line = ''] = (copy ?? '').split('\n');
    expect(comment).toMatch(/^# /);
    return run('/bin/sh', ['-c', cronCommandOf(line)], home);
  },
  launchd: async (artefacts, home) => {
    const plist = (await readPlist(textOf(artefacts, '.plist'))) as Record<string, unknown>;
    expect(plist).toMatchObject({ Label: 'openclaw-auth.check', StartInterval: 86_400 });
    const [file = '', ...args] = plist['ProgramArguments'] as string[];
    return run(file, args, home);
  },
  termux: ({ enable }, home) => {
    // What the job scheduler of Termux is given.
    const script = enable?.[enable.indexOf('--script') + 1] ?? '';
    expect(enable?.[0]).toBe('termux-job-scheduler');
    return run('/bin/bash', [script], home);
  },
  github: async ({ copy }, home) => {
    const file = path.join(root, 'step.sh');
    await writeFile(file, stepScript(copy ?? ''));
    return run('/bin/bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], home);
  },
  shell: ({ copy }, home) => run('/bin/sh', ['-e', '-c', copy ?? ''], home),
};

const NOTIFIERS: Partial<Record<AutomationKind, string>> = {
  systemd: 'notify-send',
  cron: 'notify-send',
  launchd: 'osascript',
  termux: 'termux-notification',
};

describe.each(['2026.6.1', '2026.9.6'] as const)('what is generated for a gateway of OpenClaw %s', (release) => {
  const gateways = new Map<State, { stateDir: string; home: string }>();
  beforeAll(async () => {
    await ensureOpenclaw(release);
    for (const state of ['healthy', 'expiring', 'expired'] as const)
      gateways.set(state, await makeGateway(release, state));
  });

  function planFor(state: State, reaction: Reaction): { plan: CheckPlan; home: string } {
    const { stateDir = '', home = '' } = gateways.get(state) ?? {};
    return {
      home,
      plan: {
        ...{ version: '1.2.3', node: process.execPath, folder: path.join(stateDir, 'openclaw-auth'), variables: {} },
        ...{ check: { stateDir, agent: null, openclaw: null, warnDays: 7 }, interval: 'daily', reaction },
      },
    };
  }

  async function runKind(kind: AutomationKind, state: State, reaction: Reaction = { kind: 'notify' }): Promise<Run> {
    const { plan, home } = planFor(state, reaction);
    const places = { units: path.join(home, '.config/systemd/user'), launchAgents: path.join(home, 'Library/Agents') };
    const artefacts = makeArtefacts(kind, plan, places);
    await install(artefacts, plan.folder);
    return READERS[kind](artefacts, home);
  }

  it.each(['systemd', 'cron', 'launchd', 'termux'] as const)('%s: runs, exits as the check and tells', async (kind) => {
    const notifier = NOTIFIERS[kind] ?? '';
    expect(await runKind(kind, 'healthy')).toMatchObject({ code: 0, stdout: '' });
    expect(await told(notifier)).toBe('');
    expect(await runKind(kind, 'expiring')).toMatchObject({ code: 2 });
    expect(await told(notifier)).toContain('about to expire');
    const { code, stdout } = await runKind(kind, 'expired');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error tokenExpired: main: anthropic:<b>& has expired/m);
    const notified = await told(notifier);
    expect(notified).toContain('has expired or is missing');
    // Markup of the desktop's notifications, and nowhere else.
    const name = notifier === 'notify-send' ? 'anthropic:&lt;b&gt;&amp;' : 'anthropic:<b>&';
    expect(notified).toContain(`main: ${name} has expired`);
  });

  it.each(['github', 'shell'] as const)('%s: fails for what has expired, and warns before that', async (kind) => {
    expect(await runKind(kind, 'healthy')).toMatchObject({ code: 0, stdout: '' });
    const soon = await runKind(kind, 'expiring');
    expect(soon.code).toBe(0);
    expect(soon.stdout).toMatch(
      kind === 'github' ? /^::warning::A credential/m : /^A credential .* is about to expire/m,
    );
    expect(await runKind(kind, 'expired')).toMatchObject({ code: 1 });
  });

  it('can send mail, or keep a log that nobody else reads', async () => {
    expect(await runKind('cron', 'expired', { kind: 'mail', to: 'me@example.com' })).toMatchObject({ code: 1 });
    expect(await told('mail')).toMatch(/^-s\nOpenClaw: a credential has expired or is missing\nme@example.com\nerror /);
    const file = path.join(gateways.get('expired')?.stateDir ?? '', `log ${HOSTILE}`);
    expect(await runKind('systemd', 'expired', { kind: 'log', file })).toMatchObject({ code: 1 });
    expect(await readFile(file, 'utf8')).toMatch(/\nOpenClaw: a credential has expired or is missing\nerror /);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('says so when the check itself cannot run', async () => {
    const { plan, home } = planFor('expired', { kind: 'notify' });
    const nowhere = { ...plan, folder: `${plan.folder}-empty` };
    const [script] = makeArtefacts('cron', nowhere, { units: '', launchAgents: '' }).files;
    const file = path.join(root, 'alone.sh');
    await writeFile(file, script?.text ?? '');
    expect((await run('/bin/sh', [file], home)).code).toBe(70);
    expect(await told('notify-send')).toContain('OpenClaw: the check could not run');
  });
});
