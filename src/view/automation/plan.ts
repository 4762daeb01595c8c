import type { CheckOptions } from '../checkArguments.ts';
import { isPlainText } from './quoting.ts';

/** What runs the check again and again. */
export const AUTOMATION_KINDS = ['systemd', 'cron', 'launchd', 'termux', 'github', 'shell'] as const;
export type AutomationKind = (typeof AUTOMATION_KINDS)[number];

export const INTERVALS = ['daily', 'sixHours', 'hourly'] as const;
export type Interval = (typeof INTERVALS)[number];

/** What is done when the check finds something. */
export type Reaction =
  | { readonly kind: 'notify' }
  | { readonly kind: 'mail'; readonly to: string }
  | { readonly kind: 'log'; readonly file: string };

/** Everything that the generated texts are made of. Paths are absolute, but `node` may be a name. No secret. */
export interface CheckPlan {
  /** Of the extension that makes it. */
  readonly version: string;
  readonly node: string;
  /** Folder of the copy of the worker and of the script: it stays when the extension is updated. */
  readonly folder: string;
  readonly check: CheckOptions;
  /** What the gateway's files are found with, and what makes `node` a Node. */
  readonly variables: Readonly<Record<string, string>>;
  readonly interval: Interval;
  readonly reaction: Reaction;
}

export const WORKER_NAME = 'worker.mjs';
export const SCRIPT_NAME = 'check.sh';

/** The part of the environment by which OpenClaw finds its files; all are paths. */
export const PATH_VARIABLES = [
  ...(['OPENCLAW_STATE_DIR', 'OPENCLAW_CONFIG_PATH', 'OPENCLAW_AGENT_DIR', 'OPENCLAW_HOME'] as const),
  ...(['PI_CODING_AGENT_DIR', 'CLAWDBOT_STATE_DIR', 'CLAWDBOT_CONFIG_PATH'] as const),
];

/** The first text that cannot be written into a generated file; `null` where all can. */
export function findUnwritable({ version, node, folder, check, variables, reaction }: CheckPlan): string | null {
  const reacts = reaction.kind === 'mail' ? [reaction.to] : reaction.kind === 'log' ? [reaction.file] : [];
  const asked = [check.stateDir, check.agent, check.openclaw].filter((text) => text !== null);
  const texts = [version, node, folder, ...asked, ...Object.values(variables), ...reacts];
  // Node runs no module in a folder with a backslash in its name.
  return texts.find((text) => !isPlainText(text)) ?? (folder.includes('\\') ? folder : null);
}

/** An address that `mail` takes for nothing else. */
export function isMailAddress(text: string): boolean {
  return /^[A-Za-z0-9][\w.+-]{0,100}(?:@[A-Za-z0-9][A-Za-z0-9.-]{0,200})?$/.test(text);
}
