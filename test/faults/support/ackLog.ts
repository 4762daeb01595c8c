import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** One line of what a writer was told about its writes, in the order in which it was told. */
export type AckLine =
  /** Acknowledged: the profile holds this value now; `null`: it is gone. */
  | { readonly profile: string; readonly value: string | null }
  /** Acknowledged: the stored order of a provider; `null`: none. */
  | { readonly order: string; readonly ids: readonly string[] | null }
  /** Not acknowledged, and nothing written. */
  | { readonly refused: string; readonly code?: string }
  /** It may have been written, and the writer was told so. */
  | { readonly unknown: string; readonly code: string }
  /** An acknowledged value of this writer was not there at its next look. */
  | { readonly missed: string; readonly value: string }
  /** The compare-again step saw that an acknowledged change is gone. */
  | { readonly noticed: string; readonly step: 'reapply' | 'report' };

export function appendAck(log: string, line: AckLine): void {
  appendFileSync(log, `${JSON.stringify(line)}\n`);
}

export function readAcks(log: string): AckLine[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as AckLine);
}

/** What one writer's lines come to. */
export interface AckSummary {
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Values that their writer did not find again. */
  readonly missed: number;
  readonly noticed: number;
  /** The last acknowledged state by profile and by provider; not those whose last write ended as `unknown`. */
  readonly profiles: ReadonlyMap<string, string | null>;
  readonly orders: ReadonlyMap<string, readonly string[] | null>;
  /** Profiles whose loss was noticed after their last acknowledgement. */
  readonly noticedLast: ReadonlySet<string>;
  /** Why writes were not acknowledged. */
  readonly words: readonly string[];
}

export function summarise(lines: readonly AckLine[]): AckSummary {
  const profiles = new Map<string, string | null>();
  const orders = new Map<string, readonly string[] | null>();
  const noticedLast = new Set<string>();
  const words: string[] = [];
  const counts = { acknowledged: 0, refused: 0, unknown: 0, missed: 0, noticed: 0 };
  for (const line of lines) {
    if ('profile' in line) {
      counts.acknowledged += 1;
      profiles.set(line.profile, line.value);
      noticedLast.delete(line.profile);
    } else if ('order' in line) {
      counts.acknowledged += 1;
      orders.set(line.order, line.ids);
      noticedLast.delete(line.order);
    } else if ('refused' in line) {
      counts.refused += 1;
      if (line.code !== undefined) words.push(line.code);
    } else if ('missed' in line) counts.missed += 1;
    else if ('noticed' in line) {
      counts.noticed += 1;
      noticedLast.add(line.noticed);
    } else {
      counts.unknown += 1;
      words.push(line.code);
      profiles.delete(line.unknown);
      orders.delete(line.unknown);
    }
  }
  return { ...counts, profiles, orders, noticedLast, words };
}
