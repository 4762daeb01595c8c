#!/usr/bin/env node
// @ts-check
/**
 * A stand-in for the `openclaw` program of 2026.9.6, not the program: it knows `--version`, `models auth paste-token`,
 * `models auth list`, `models status` and `doctor --fix`, and keeps tokens in the state database. The file `fake.json` in
 * the state directory tells it how to misbehave; each of `answers` is for one call, in turn.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const args = process.argv.slice(2);
if (args[0] === '--version') {
  console.log('OpenClaw 2026.9.6 (fake)');
  process.exit(0);
}
const stateDir = process.env['OPENCLAW_STATE_DIR'] ?? '';
const planFile = path.join(stateDir, 'fake.json');
const plan = existsSync(planFile) ? JSON.parse(readFileSync(planFile, 'utf8')) : {};
const [answer = 'work', ...rest] = plan.answers ?? [];
if (plan.answers) writeFileSync(planFile, JSON.stringify({ ...plan, answers: rest }));
appendFileSync(path.join(stateDir, 'fake.log'), `${process.pid} ${args.join(' ')}\n`);

// As 2026.9.6: whoever comes while another works gets 78 and nothing is stored.
const lock = path.join(stateDir, 'fake.lock');
try {
  closeSync(openSync(lock, 'wx'));
} catch {
  process.exit(78);
}
process.on('exit', () => rmSync(lock, { force: true }));

/** @type {Record<string, () => unknown>} */
const misbehaviours = {
  busy: () => process.exit(78),
  hang: () => {
    unlinkSync(lock);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    appendFileSync(path.join(stateDir, 'fake.log'), `${child.pid} child\n`);
    setInterval(() => {}, 1000);
  },
  die: () => {
    unlinkSync(lock);
    process.kill(process.pid, 'SIGKILL');
  },
  flood: () => {
    const line = 'x'.repeat(1024 * 1024);
    const flood = () => process.stdout.write(line, flood);
    flood();
  },
  otherShape: () => console.log(JSON.stringify({ profiles: 'later releases may say it otherwise', auth: [] })),
  migrate: () => {
    console.error('AUTH_PROFILE_MIGRATION_REQUIRED: run openclaw doctor --fix');
    process.exit(1);
  },
  halfDone: async () => {
    await work();
    process.exit(1);
  },
};
await (misbehaviours[answer] ?? work)();

async function work() {
  if (args.includes('doctor')) {
    rmSync(path.join(stateDir, 'agents/main/agent/auth-profiles.json'), { force: true });
    return;
  }
  const id = args.find((arg) => arg.startsWith('--profile-id='))?.slice('--profile-id='.length);
  if (id === undefined) return;
  let token = '';
  for await (const chunk of process.stdin) token += chunk;
  const database = new DatabaseSync(path.join(stateDir, 'state/openclaw.sqlite'));
  const row = database
    .prepare("SELECT value_json AS text FROM config_machine_state WHERE state_key = 'authProfiles.store'")
    .get();
  const store = JSON.parse(String(row?.['text']));
  // Long enough for two that are not kept apart to lose each other's work.
  await new Promise((resolve) => setTimeout(resolve, 30));
  store.profiles[id] = { type: 'token', provider: 'anthropic', token: token.trim() };
  database
    .prepare("UPDATE config_machine_state SET value_json = ? WHERE state_key = 'authProfiles.store'")
    .run(JSON.stringify(store));
  database.close();
}
