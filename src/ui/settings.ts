import { homedir } from 'node:os';
import { ConfigurationTarget, workspace } from 'vscode';
import { SETTINGS } from '../contributions.ts';
import { DAY_MS } from '../domain/health.ts';
import { hostKey, parseHostSpecs, type HostSpec, type ParsedSpecs } from '../hosts/hostSpec.ts';

/** When to tell of another credential in use: always, when it costs where the one before did not, never. */
const WINNER_ALERT_MODES = ['all', 'metered', 'off'] as const;
export type WinnerAlertMode = (typeof WINNER_ALERT_MODES)[number];

export interface Settings {
  /** From when on a token is expiring, ms. */
  readonly warnMs: number;
  /** Days before an expiry at which to remind; empty for never. */
  readonly reminderDays: readonly number[];
  readonly winnerAlerts: WinnerAlertMode;
  readonly stateDir: string | undefined;
  readonly openclawPath: string | undefined;
  readonly claudePath: string | undefined;
  /** The gateway that runs may be asked without a question to the user before. */
  readonly askGateway: boolean;
  /** Hosts beside this machine. */
  readonly hosts: ParsedSpecs;
}

/** The settings as they are now. */
export function readSettings(): Settings {
  const days = workspace.getConfiguration().get<number>(SETTINGS.warnDays.id, SETTINGS.warnDays.default);
  return {
    warnMs: (Number.isFinite(days) && days > 0 ? days : SETTINGS.warnDays.default) * DAY_MS,
    reminderDays: readDays(),
    winnerAlerts: readMode(),
    stateDir: readUserText(SETTINGS.stateDir.id),
    openclawPath: readUserText(SETTINGS.openclawPath.id),
    claudePath: readUserText(SETTINGS.claudePath.id),
    askGateway: workspace.getConfiguration().inspect<unknown>(SETTINGS.askGateway.id)?.globalValue === true,
    hosts: readHosts(),
  };
}

function readDays(): readonly number[] {
  const { id, default: usual } = SETTINGS.reminderDays;
  const days: unknown = workspace.getConfiguration().get(id, usual);
  return Array.isArray(days) ? days.filter((day): day is number => Number.isFinite(day) && day > 0) : usual;
}

function readMode(): WinnerAlertMode {
  const { id, default: usual } = SETTINGS.winnerAlerts;
  const chosen: unknown = workspace.getConfiguration().get(id, usual);
  return WINNER_ALERT_MODES.find((mode) => mode === chosen) ?? usual;
}

/** Programs and directories come from the user, never from a workspace, whatever its trust. `~` is the account's home. */
function readUserText(id: string): string | undefined {
  const value = workspace.getConfiguration().inspect<string>(id)?.globalValue;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return value.trim().replace(/^~(?=$|[\\/])/, homedir());
}

/** From the user only, as programs are. */
function readHosts(): ParsedSpecs {
  return parseHostSpecs(listedHosts());
}

function listedHosts(): unknown {
  return workspace.getConfiguration().inspect<unknown>(SETTINGS.hosts.id)?.globalValue ?? [];
}

/** Adds a host to the user's settings. What stands there and cannot be used is left as it is. */
export async function addHostSetting(spec: HostSpec): Promise<void> {
  const listed = listedHosts();
  await writeHosts([...(Array.isArray(listed) ? (listed as unknown[]) : []), spec]);
}

export async function removeHostSetting(spec: HostSpec): Promise<void> {
  const listed = listedHosts();
  if (!Array.isArray(listed)) return;
  await writeHosts((listed as unknown[]).filter((record) => !isOf(record, spec)));
}

/** Puts a record in the place of another. */
export async function replaceHostSetting(spec: HostSpec, by: HostSpec): Promise<void> {
  const listed = listedHosts();
  if (!Array.isArray(listed)) return;
  await writeHosts((listed as unknown[]).map((record) => (isOf(record, spec) ? by : record)));
}

function isOf(record: unknown, spec: HostSpec): boolean {
  const [found] = parseHostSpecs([record]).specs;
  return found !== undefined && hostKey(found) === hostKey(spec);
}

async function writeHosts(list: readonly unknown[]): Promise<void> {
  await workspace.getConfiguration().update(SETTINGS.hosts.id, list, ConfigurationTarget.Global);
}

export async function allowAskingGateway(): Promise<void> {
  await workspace.getConfiguration().update(SETTINGS.askGateway.id, true, ConfigurationTarget.Global);
}
