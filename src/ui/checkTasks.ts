import { l10n, ProcessExecution, Task, TaskScope, tasks, type TaskDefinition, type TaskProvider } from 'vscode';
import { CHECK_TASK, PROBLEM_MATCHER } from '../contributions.ts';
import { DAY_MS } from '../domain/health.ts';
import type { Disposable } from '../platform/lifetime.ts';
import { checkArguments, readCheckTask } from '../view/checkArguments.ts';
import type { Settings } from './settings.ts';

/** A Node program, and what must be added to the environment for it to be one. */
export interface FoundNode {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface CheckTaskParts {
  /** The extension's own worker. */
  readonly workerPath: string;
  /** A Node that runs it; `null` where there is none. */
  readonly findNode: () => Promise<FoundNode | null>;
  readonly settings: () => Settings;
  /** The account's home directory. Not the workspace, whose `.env` and settings are nobody's business here. */
  readonly home: string;
}

/** The task `openclaw-auth: check`: the headless check, whose findings become problems. It is started without a shell. */
export function registerCheckTasks(parts: CheckTaskParts): Disposable {
  const provider: TaskProvider = {
    provideTasks: async () => {
      const task = await makeTask({ type: CHECK_TASK, task: 'check' }, parts);
      return task === undefined ? [] : [task];
    },
    resolveTask: ({ definition }) => makeTask(definition, parts),
  };
  return tasks.registerTaskProvider(CHECK_TASK, provider);
}

/** VS Code wants a task of exactly the definition that it asked for. */
async function makeTask(
  definition: TaskDefinition,
  { workerPath, findNode, settings, home }: CheckTaskParts,
): Promise<Task | undefined> {
  const asked = readCheckTask(definition);
  const node = asked === null ? null : await findNode();
  if (asked === null || node === null) return undefined;
  const { stateDir, openclawPath, warnMs } = settings();
  const usual = { stateDir: stateDir ?? null, agent: null, openclaw: openclawPath ?? null, warnDays: warnMs / DAY_MS };
  const args = [workerPath, ...checkArguments({ ...usual, ...asked }), '--format=problems'];
  // The editor's own NODE_OPTIONS are meant for other programs.
  const execution = new ProcessExecution(node.file, args, { cwd: home, env: { NODE_OPTIONS: '', ...node.env } });
  const task = new Task(definition, TaskScope.Workspace, 'check', CHECK_TASK, execution, `$${PROBLEM_MATCHER}`);
  task.detail = l10n.t('Checks the credentials of the OpenClaw gateway; what it finds becomes a problem');
  return task;
}
