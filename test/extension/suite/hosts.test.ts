import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS, SETTINGS, type CommandName, type Target } from '../../../src/contributions.ts';

const LIMIT_MS = 120_000;
const SECOND: Target = { agentId: 'main', provider: 'anthropic', profileId: 'anthropic:second' };
const token = (name: string): object => ({
  type: 'token',
  provider: 'anthropic',
  token: `sk-ant-oat01-${'FAKE'.repeat(24)}${name}`,
});

describe('a second gateway, behind a link', () => {
  let stateDir = '';
  let agentDir = '';

  before(async () => {
    stateDir = mkdtempSync(path.join(tmpdir(), 'openclaw-elsewhere-'));
    agentDir = path.join(stateDir, 'agents', 'main', 'agent');
    mkdirSync(agentDir, { recursive: true });
    writeFileSync(path.join(stateDir, 'openclaw.json'), JSON.stringify({ meta: { lastTouchedVersion: '2026.6.1' } }));
    const profiles = { 'anthropic:first': token('1'), 'anthropic:second': token('2') };
    const file = path.join(agentDir, 'auth-profiles.json');
    writeFileSync(file, JSON.stringify({ version: 1, profiles }), { mode: 0o600 });
    // The program on PATH is of another release.
    await setHosts([{ kind: 'local', stateDir, openclaw: '/nowhere/openclaw' }]);
  });

  after(async () => {
    await setHosts(undefined);
    rmSync(stateDir, { recursive: true, force: true });
  });

  const setHosts = async (hosts: readonly object[] | undefined): Promise<void> => {
    await vscode.workspace.getConfiguration().update(SETTINGS.hosts.id, hosts, vscode.ConfigurationTarget.Global);
    // The commands go and come back with the new wiring.
    await sleep(2_000);
  };

  /** Runs a command that asks for the host, and chooses the second one. */
  async function runThere(name: CommandName, target: Target): Promise<void> {
    const running = vscode.commands.executeCommand(COMMANDS[name], target);
    await sleep(500);
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await running;
  }

  it('is read', async function () {
    this.timeout(LIMIT_MS);
    await runThere('copyId', SECOND);
    assert.equal(await vscode.env.clipboard.readText(), 'anthropic:second');
  });

  it('is written', async function () {
    this.timeout(LIMIT_MS);
    const state = path.join(agentDir, 'auth-state.json');
    assert.ok(!existsSync(state));
    await runThere('makeFirst', SECOND);
    const { order } = JSON.parse(readFileSync(state, 'utf8')) as { order: Readonly<Record<string, readonly string[]>> };
    assert.deepEqual(order['anthropic'], ['anthropic:second', 'anthropic:first']);
    assert.ok(!existsSync(path.join(agentDir, 'auth-profiles.json.lock')));
  });
});
