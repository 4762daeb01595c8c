/** What the headless check looks at. */
export interface CheckOptions {
  /** `null`: as OpenClaw finds it. */
  readonly stateDir: string | null;
  /** `null`: all. */
  readonly agent: string | null;
  /** The `openclaw` program; `null`: the one on PATH. */
  readonly openclaw: string | null;
  /** From how many days before its expiry on a token is expiring. */
  readonly warnDays: number;
}

const MAX_DAYS = 99_999;

/** The arguments of the worker, one value each, so that none is taken for an option. */
export function checkArguments({ stateDir, agent, openclaw, warnDays }: CheckOptions): readonly string[] {
  return [
    'check',
    ...(stateDir === null ? [] : [`--state-dir=${stateDir}`]),
    ...(agent === null ? [] : [`--agent=${agent}`]),
    ...(openclaw === null ? [] : [`--openclaw=${openclaw}`]),
    `--warn-days=${daysText(warnDays)}`,
  ];
}

/** The worker takes six digits after the point, and no exponent. */
function daysText(days: number): string {
  return String(Number(Math.min(Math.max(days, 0), MAX_DAYS).toFixed(3)));
}

/** The part of a task's definition that says what to check; `null` where it says something else than a task of ours may. */
export function readCheckTask(definition: Readonly<Record<string, unknown>>): Partial<CheckOptions> | null {
  const { task, agent, stateDir, warnDays } = definition;
  if (task !== undefined && task !== 'check') return null;
  if (![agent, stateDir].every((value) => value === undefined || isText(value))) return null;
  if (warnDays !== undefined && !(typeof warnDays === 'number' && warnDays >= 0 && warnDays <= MAX_DAYS)) return null;
  return {
    ...(isText(agent) ? { agent } : {}),
    ...(isText(stateDir) ? { stateDir } : {}),
    ...(warnDays === undefined ? {} : { warnDays }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
