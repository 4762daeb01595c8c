import { window } from 'vscode';
import type { Disposable } from '../platform/lifetime.ts';
import { formatLogLine, type Logger } from '../platform/logger.ts';

export interface Log extends Logger, Disposable {
  show(): void;
}

/** The output channel; its level follows the user's. Lines are redacted before they reach it. */
export function createLog(): Log {
  const channel = window.createOutputChannel('OpenClaw Auth', { log: true });
  return {
    trace: (message, details) => channel.trace(formatLogLine(message, details)),
    info: (message, details) => channel.info(formatLogLine(message, details)),
    warn: (message, details) => channel.warn(formatLogLine(message, details)),
    error: (message, details) => channel.error(formatLogLine(message, details)),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
