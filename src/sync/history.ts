import { randomUUID } from 'node:crypto';
import type { Outcome } from '../domain/change.ts';
import { type ChangeRecord, decodeRecord, encodeRecord } from '../domain/changeRecord.ts';
import { DAY_MS } from '../domain/health.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { SharedLog, SharedLogLimits } from '../platform/sharedLog.ts';

export const HISTORY_LIMITS: SharedLogLimits = { lines: 500, keptMs: 90 * DAY_MS };

/** What is known of a change when it has ended; the rest is the history's. */
export type ChangeNote = Omit<ChangeRecord, 'id' | 'at' | 'outcome' | 'error'>;

export interface HistoryParts {
  readonly log: SharedLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The changes that were made through the extension, on this machine, in all windows. No call throws. */
export class History {
  readonly #parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** Notes how a change ended. The record is the caller's even where it could not be kept. */
  async add(note: ChangeNote, outcome: Outcome): Promise<ChangeRecord> {
    const { log, clock, logger } = this.#parts;
    const error = outcome.kind === 'done' ? null : outcome.error.code;
    const record: ChangeRecord = { ...note, id: randomUUID(), at: clock.now(), outcome: outcome.kind, error };
    if (!(await log.append(encodeRecord(record)))) logger.warn('history: a change could not be noted');
    return record;
  }

  /** Lines in all, also those that cannot be read or are no longer shown. */
  async count(): Promise<number> {
    return (await this.#parts.log.read()).length;
  }

  async clear(): Promise<void> {
    await this.#parts.log.clear();
  }

  /** Newest first; at most 500, of the last 90 days. A line that cannot be read costs only itself. */
  async list(): Promise<readonly ChangeRecord[]> {
    const { log, clock } = this.#parts;
    const records = (await log.read()).map(decodeRecord).filter((record) => record !== null);
    const earliest = clock.now() - HISTORY_LIMITS.keptMs;
    const kept = records.filter(({ at }) => at >= earliest);
    // What was done in the same millisecond stays newest first too.
    return kept
      .toReversed()
      .toSorted((a, b) => b.at - a.at)
      .slice(0, HISTORY_LIMITS.lines);
  }
}

/** The records as lines of JSON, oldest first, as they stand in the history. */
export function exportRecords(records: readonly ChangeRecord[]): string {
  return records
    .toReversed()
    .map((record) => `${encodeRecord(record)}\n`)
    .join('');
}
