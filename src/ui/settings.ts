import { homedir } from 'node:os';
import { workspace } from 'vscode';
import { SETTINGS } from '../contributions.ts';
import { DAY_MS } from '../domain/health.ts';

export interface Settings {
  /** From when on a token is expiring, ms. */
  readonly warnMs: number;
  readonly stateDir: string | undefined;
  readonly openclawPath: string | undefined;
  readonly claudePath: string | undefined;
}

/** The settings as they are now. */
export function readSettings(): Settings {
  const days = workspace.getConfiguration().get<number>(SETTINGS.warnDays.id, SETTINGS.warnDays.default);
  return {
    warnMs: (Number.isFinite(days) && days > 0 ? days : SETTINGS.warnDays.default) * DAY_MS,
    stateDir: readUserText(SETTINGS.stateDir.id),
    openclawPath: readUserText(SETTINGS.openclawPath.id),
    claudePath: readUserText(SETTINGS.claudePath.id),
  };
}

/** Programs and directories come from the user, never from a workspace, whatever its trust. `~` is the account's home. */
function readUserText(id: string): string | undefined {
  const value = workspace.getConfiguration().inspect<string>(id)?.globalValue;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return value.trim().replace(/^~(?=$|[\\/])/, homedir());
}
