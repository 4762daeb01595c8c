/** Values that may stand in a log line. No objects: a nested value could hold a document or a secret. */
export type LogDetails = Readonly<Record<string, string | number | boolean | null>>;

/** Where log lines go. Implementations redact what looks like a credential before it leaves the process. */
export interface Logger {
  trace(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warn(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
}

export const silentLogger: Logger = { trace() {}, info() {}, warn() {}, error() {} };

const CREDENTIAL = /\b(?:sk|pk|rk|xai|gsk|AIza|ghp|gho|github_pat)[-_A-Za-z0-9]{12,}/g;

/** Removes whatever has the form of a provider credential; the last line of defence behind {@link Secret}. */
export function redact(text: string): string {
  return text.replace(CREDENTIAL, '[secret]');
}

/** One line: the message and its details as `key=value`, redacted. */
export function formatLogLine(message: string, details: LogDetails = {}): string {
  const pairs = Object.entries(details).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return redact([message, ...pairs].join(' '));
}
