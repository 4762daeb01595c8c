import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const STATE_DIR = process.env['OPENCLAW_STATE_DIR'] ?? '';
const IS_JSON = process.env['OPENCLAW_TEST_RELEASE'] === '2026.6.1';
/** A node is looked for, asked for its version, and started. */
const RUN_LIMIT_MS = 120_000;

async function taskNamed(name: string): Promise<vscode.Task> {
  const found = await vscode.tasks.fetchTasks();
  const task = found.find((one) => one.definition.type === 'openclaw-auth' && one.name === name);
  assert.ok(task, `VS Code offers the task ${name}`);
  return task;
}

/** Runs it to its end, as Run Task does. */
async function run(task: vscode.Task): Promise<number | undefined> {
  let listener: vscode.Disposable | undefined;
  const ended = new Promise<number | undefined>((resolve) => {
    listener = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.definition.type === 'openclaw-auth') resolve(event.exitCode);
    });
  });
  await vscode.tasks.executeTask(task);
  const code = await ended;
  listener?.dispose();
  return code;
}

type Problem = readonly [file: string, severity: string, code: string, message: string];

function problems(): Problem[] {
  return vscode.languages.getDiagnostics().flatMap(([uri, found]) =>
    found
      .filter(({ source }) => source === 'OpenClaw Auth')
      .map(({ severity, code, message }): Problem => {
        const text = typeof code === 'object' ? code.value : code;
        return [path.relative(STATE_DIR, uri.fsPath), vscode.DiagnosticSeverity[severity], String(text), message];
      }),
  );
}

/** Diagnostics of a task reach the extension host some time after its end. */
async function problemsOnce(isThere: (found: Problem[]) => boolean): Promise<Problem[]> {
  for (;;) {
    const found = problems();
    if (isThere(found)) return found;
    await new Promise((resolve) => {
      const listener = vscode.languages.onDidChangeDiagnostics(() => {
        listener.dispose();
        resolve(undefined);
      });
    });
  }
}

describe('the task openclaw-auth: check', () => {
  it('ends with the exit code of the check, and its findings are problems', async function () {
    this.timeout(RUN_LIMIT_MS);
    assert.equal(await run(await taskNamed('check')), 1);
    const found = await problemsOnce((all) => all.some(([, , code]) => code === 'storeMalformed'));
    const [malformed] = found.filter(([, , code]) => code === 'storeMalformed');
    assert.deepEqual(malformed?.slice(0, 3), [
      IS_JSON ? 'agents/lab/agent/auth-profiles.json' : 'openclaw.json',
      'Error',
      'storeMalformed',
    ]);
    const [soon] = found.filter(([, , code]) => code === 'tokenExpiring');
    assert.equal(soon?.[1], 'Warning');
    assert.match(soon[3], /^main: anthropic:work expires in/);
    assert.doesNotMatch(JSON.stringify(found), /FAKEFAKE/);
  });

  it('does what a task of the user says', async function () {
    this.timeout(RUN_LIMIT_MS);
    const settings = vscode.workspace.getConfiguration();
    const ofMain = { type: 'openclaw-auth', task: 'check', agent: 'main', label: 'of main', problemMatcher: [] };
    const soon = { ...ofMain, warnDays: 1, label: 'of today' };
    const tasks = { version: '2.0.0', tasks: [ofMain, soon] };
    await settings.update('tasks', tasks, vscode.ConfigurationTarget.Global);
    try {
      assert.equal(await run(await taskNamed('of main')), 2);
      assert.equal(await run(await taskNamed('of today')), 0);
    } finally {
      await settings.update('tasks', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
