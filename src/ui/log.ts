import { window } from 'vscode';
import type { Disposable } from '../platform/lifetime.ts';
import { formatLogLine, type Logger } from '../platform/logger.ts';

export interface Log extends Logger, Disposable {
  show(): void;
}

/**
 * The output channel; its level follows the user's. Lines are redacted before they reach it. Work that outlives the wiring, such
 * as a write that finishes, may still log: a closed channel would answer with an error that nobody handles.
 */
export function createLog(): Log {
  const channel = window.createOutputChannel('OpenClaw Auth', { log: true });
  let isOpen = true;
  const on =
    (level: 'trace' | 'info' | 'warn' | 'error'): Logger['info'] =>
    (message, details) => {
      if (isOpen) channel[level](formatLogLine(message, details));
    };
  return {
    trace: on('trace'),
    info: on('info'),
    warn: on('warn'),
    error: on('error'),
    show: () => channel.show(),
    dispose: () => {
      isOpen = false;
      channel.dispose();
    },
  };
}
