import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as SqliteModule from 'node:sqlite';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS, type CommandName, type Target } from '../../../src/contributions.ts';

const STATE_DIR = process.env['OPENCLAW_STATE_DIR'] ?? '';
const PERSONAL: Target = { agentId: 'main', provider: 'anthropic', profileId: 'anthropic:personal' };
/** A write goes through the gateway's CLI on releases that keep credentials in SQLite. */
const WRITE_LIMIT_MS = 120_000;

interface Stored {
  readonly profiles: unknown;
  readonly order: Readonly<Record<string, readonly string[]>>;
}

/** Reads the default agent's documents past our own code. */
function readStored(): Stored {
  return process.env['OPENCLAW_TEST_RELEASE'] === '2026.6.1' ? readFiles() : readDatabases();
}

function readFiles(): Stored {
  const read = (name: string) =>
    JSON.parse(readFileSync(path.join(STATE_DIR, 'agents/main/agent', name), 'utf8')) as Stored;
  return { profiles: read('auth-profiles.json').profiles, order: read('auth-state.json').order };
}

/** The shared documents, and over them the order that was set for this agent. */
function readDatabases(): Stored {
  const read = (file: string, sql: string) => {
    if (!existsSync(path.join(STATE_DIR, file))) return [];
    // Not an import: the Node.js of the oldest VS Code need not have it.
    const { DatabaseSync } = createRequire(__filename)('node:sqlite') as typeof SqliteModule;
    const database = new DatabaseSync(path.join(STATE_DIR, file), { readOnly: true });
    const texts = database.prepare(sql).all();
    database.close();
    return texts.map((row) => JSON.parse(String(row['text'])) as Partial<Stored>);
  };
  const shared = read(
    'state/openclaw.sqlite',
    "SELECT value_json AS text FROM config_machine_state WHERE state_key LIKE 'authProfiles.%'",
  );
  const own = read('agents/main/agent/openclaw-agent.sqlite', 'SELECT state_json AS text FROM auth_profile_state');
  const [profiles] = shared.flatMap((document) => document.profiles ?? []);
  return {
    profiles,
    order: Object.assign({}, ...[...shared, ...own].map((document) => document.order ?? {})) as Stored['order'],
  };
}

const run = (name: CommandName, target?: unknown) => vscode.commands.executeCommand(COMMANDS[name], target);

describe('commands of the packaged extension', () => {
  it('copy the id of a profile and the pin for a chat', async () => {
    await run('copyId', PERSONAL);
    assert.equal(await vscode.env.clipboard.readText(), 'anthropic:personal');
    await run('copyPin', PERSONAL);
    assert.match(await vscode.env.clipboard.readText(), /^\/model .*@anthropic:personal$/);
  });

  it('write the order that they are asked for', async function () {
    this.timeout(WRITE_LIMIT_MS);
    assert.equal(readStored().order['anthropic']?.[0], 'anthropic:work');
    await run('makeFirst', PERSONAL);
    assert.deepEqual(readStored().order['anthropic'], ['anthropic:personal', 'anthropic:work', 'anthropic:old-laptop']);
  });

  it('make one move after the other, each where the one before it ended', async function () {
    this.timeout(2 * WRITE_LIMIT_MS);
    const work: Target = { ...PERSONAL, profileId: 'anthropic:work' };
    await Promise.all([run('makeFirst', work), run('makeFirst', PERSONAL)]);
    assert.deepEqual(readStored().order['anthropic'], ['anthropic:personal', 'anthropic:work', 'anthropic:old-laptop']);
  });

  it('remove nothing without a yes', async () => {
    const before = JSON.stringify(readStored());
    // VS Code refuses modal dialogs while tests run, which is a no.
    await run('remove', PERSONAL);
    assert.ok(JSON.stringify(readStored()) === before, 'the store is as it was');
  });

  it('take nothing about their arguments for granted, and hand out no secret', async () => {
    await vscode.env.clipboard.writeText('untouched');
    const nobody = { agentId: 'main', provider: 'anthropic', profileId: '__proto__' };
    for (const argument of [nobody, { ...nobody, agentId: '../../etc' }, { kind: 'profile' }, 7, 'main', null]) {
      const hostile = run('copyId', argument);
      // With nothing to go by, the command asks which profile is meant; that question is left unanswered.
      const answer = await Promise.race([hostile, new Promise((resolve) => setTimeout(resolve, 500, 'asks'))]);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      assert.ok(answer === undefined || answer === 'asks');
    }
    assert.equal(await vscode.env.clipboard.readText(), 'untouched');
  });
});
