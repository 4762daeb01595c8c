import type { Fingerprint, ProviderId } from './ids.ts';

/**
 * Where a variable may stand. `shell`: this process, as whoever runs OpenClaw in a terminal has it. `gateway`: the running gateway's
 * process. `service`: the unit or property list that starts it. `dotenv`: `<stateDir>/.env`. `config`: `env.vars` of the configuration.
 */
export const VARIABLE_PLACES = ['shell', 'gateway', 'service', 'dotenv', 'config'] as const;
export type VariablePlace = (typeof VARIABLE_PLACES)[number];

export interface PlaceRead {
  readonly kind: VariablePlace;
  /** The file; of a running gateway its pid; null for the shell. */
  readonly at: string | null;
  /** When the file was written or the process began, Unix ms of the host; null: not known. */
  readonly sinceMs: number | null;
}

export interface VariableSeen {
  readonly name: string;
  /** Providers whose key it is. */
  readonly providers: readonly ProviderId[];
  /** By place. Equal fingerprints are equal values. */
  readonly values: ReadonlyMap<VariablePlace, Fingerprint>;
}

/** Key variables of every place that could be read; names and equality, no values. */
export interface VariableReport {
  readonly places: readonly PlaceRead[];
  readonly variables: readonly VariableSeen[];
}

export const NO_VARIABLES: VariableReport = { places: [], variables: [] };

/** `lacks`: only a shell has it. `shadowed`: `.env` has another value, which is not used. `stale`: the service has another one by now. */
export type VariableProblem = 'lacks' | 'shadowed' | 'stale';

export interface VariableJudgement {
  /** Whose value the gateway uses; `null`: it has none. */
  readonly winner: VariablePlace | null;
  readonly problem: VariableProblem | null;
}

/** Of a variable for the gateway that runs, or would be started. Without either, a shell is what starts it. */
export function judgeVariable({ values }: VariableSeen, { places }: VariableReport): VariableJudgement {
  const kinds = new Set(places.map(({ kind }) => kind));
  const isDaemon = kinds.has('gateway') || kinds.has('service');
  const process = kinds.has('gateway') ? 'gateway' : kinds.has('service') ? 'service' : 'shell';
  const order: readonly VariablePlace[] = [process, 'dotenv', 'config'];
  const winner = order.find((place) => values.has(place)) ?? null;
  return { winner, problem: problemOf(values, winner, isDaemon) };
}

function problemOf(
  values: VariableSeen['values'],
  winner: VariablePlace | null,
  isDaemon: boolean,
): VariableProblem | null {
  if (!isDaemon) return null;
  if (winner === null) return values.has('shell') ? 'lacks' : null;
  const differs = (place: VariablePlace): boolean =>
    values.has(place) && values.get(place) !== values.get(winner) && place !== winner;
  if (winner === 'gateway' && differs('service')) return 'stale';
  return (winner === 'gateway' || winner === 'service') && differs('dotenv') ? 'shadowed' : null;
}

/** The beginning of a process is counted in hundredths of a second, and read anew each time. */
const SAME_MS = 1_000;

/** Whether another gateway runs now than before, or the same one began anew. `null`: none can be seen, before or now. */
export function hasRestarted(before: VariableReport, now: VariableReport): boolean | null {
  const [was, is] = [before, now].map(({ places }) => places.find(({ kind }) => kind === 'gateway'));
  if (is === undefined) return was === undefined ? null : false;
  return was?.at !== is.at || Math.abs((was.sinceMs ?? 0) - (is.sinceMs ?? 0)) > SAME_MS;
}

/** A running gateway that began before `.env` or its service file was written last has not read it. */
export function isRestartNeeded({ places }: VariableReport): boolean {
  const began = places.find(({ kind }) => kind === 'gateway')?.sinceMs ?? null;
  if (began === null) return false;
  return places.some(
    ({ kind, sinceMs }) => (kind === 'dotenv' || kind === 'service') && sinceMs !== null && sinceMs > began,
  );
}
