import { DAY_MS } from '../domain/health.ts';

const HOUR_MS = DAY_MS / 24;
const MINUTE_MS = HOUR_MS / 60;

/** A length of time as one number and unit, rounded down: what a countdown shows. */
export interface Span {
  readonly unit: 'day' | 'hour' | 'minute';
  readonly amount: number;
}

/** The size of `ms`, whatever its sign. Less than a minute is a minute. */
export function spanOf(ms: number): Span {
  const size = Math.abs(ms);
  if (size >= 2 * DAY_MS) return { unit: 'day', amount: Math.floor(size / DAY_MS) };
  if (size >= 2 * HOUR_MS) return { unit: 'hour', amount: Math.floor(size / HOUR_MS) };
  return { unit: 'minute', amount: Math.max(1, Math.floor(size / MINUTE_MS)) };
}
