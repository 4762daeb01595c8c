import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const STATE_DIR = process.env['OPENCLAW_STATE_DIR'] ?? '';
const IS_JSON = process.env['OPENCLAW_TEST_RELEASE'] === '2026.6.1';
/** A node is looked for, asked for its version, and started. */
const RUN_LIMIT_MS = 120_000;

async function checkTask(more: object = {}): Promise<vscode.Task> {
  const found = await vscode.tasks.fetchTasks({ type: 'openclaw-auth' });
  const task = found.find(({ name, source }) => `${source}: ${name}` === 'openclaw-auth: check');
  assert.ok(task, 'VS Code offers the task');
  const { definition, scope, name, source, execution, problemMatchers } = task;
  assert.ok(execution instanceof vscode.ProcessExecution);
  const wanted = { ...definition, ...more };
  const args = 'agent' in more ? [...execution.args, `--agent=${String(more.agent)}`] : execution.args;
  const again = new vscode.ProcessExecution(execution.process, args, execution.options);
  return new vscode.Task(wanted, scope ?? vscode.TaskScope.Workspace, name, source, again, problemMatchers);
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
    assert.equal(await run(await checkTask()), 1);
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

  it('looks at one agent on request', async function () {
    this.timeout(RUN_LIMIT_MS);
    assert.equal(await run(await checkTask({ agent: 'main' })), 2);
  });
});
