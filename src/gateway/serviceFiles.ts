import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { parseEnv } from 'node:util';
import { parseLaunchdPlist, parseSystemdUnit, type ServiceEnvironment } from '../domain/serviceFile.ts';
import { readTextFile } from './readFile.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** A file or a process that gives variables to the gateway. Values stay in this process. */
export interface PlaceFound {
  readonly at: string;
  readonly sinceMs: number | null;
  readonly variables: Variables;
}

export interface ServiceInputs {
  readonly env: Variables;
  readonly home: string;
  readonly stateDir: string;
}

/** Names of the units and property lists of 2026.2.3 to 2026.9.6, with the names from before; `--profile` adds its own to them. */
const UNIT = /^(?:openclaw|clawdbot|moltbot)-gateway.*\.service$/;
const PLIST = /^(?:ai\.openclaw|bot\.molt|com\.clawdbot)\.gateway.*\.plist$/;

/** The service that starts the gateway of this state directory, as the account's own service manager has it. `null`: none. */
export async function readService(inputs: ServiceInputs): Promise<PlaceFound | null> {
  const { env, home } = inputs;
  const units = path.join(env['XDG_CONFIG_HOME'] ?? path.join(home, '.config'), 'systemd', 'user');
  const agents = path.join(home, 'Library', 'LaunchAgents');
  const found = [
    ...(await namesIn(units, UNIT)).map((name) => readUnit(path.join(units, name), inputs)),
    ...(await namesIn(agents, PLIST)).map((name) => readPlist(path.join(agents, name))),
  ];
  for (const place of await Promise.all(found)) if (place !== null && isOfGateway(place, inputs)) return place;
  return null;
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => pattern.test(name)).toSorted();
}

async function readUnit(file: string, { home }: ServiceInputs): Promise<PlaceFound | null> {
  const dropIns = await namesIn(`${file}.d`, /\.conf$/);
  const files = [file, ...dropIns.map((name) => path.join(`${file}.d`, name))];
  const texts = await Promise.all(files.map(textOf));
  if (texts[0] === null) return null;
  const unit = parseSystemdUnit(
    texts.filter((text) => text !== null),
    home,
  );
  return { at: file, sinceMs: await newest([...files, ...unit.files]), variables: await withFiles(unit) };
}

async function readPlist(file: string): Promise<PlaceFound | null> {
  const text = await textOf(file);
  return text === null
    ? null
    : { at: file, sinceMs: await newest([file]), variables: parseLaunchdPlist(text).variables };
}

/** What stands in files comes before what stands in the unit itself. */
async function withFiles({ variables, files }: ServiceEnvironment): Promise<Variables> {
  const texts = await Promise.all(files.map(textOf));
  return Object.assign({}, variables, ...texts.map((text) => parseEnv(text ?? ''))) as Variables;
}

async function textOf(file: string): Promise<string | null> {
  const read = await readTextFile(file);
  return read.kind === 'ok' ? read.text : null;
}

/** When the last of them was written, Unix ms. */
async function newest(files: readonly string[]): Promise<number | null> {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  );
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Another gateway of the same account has another state directory. */
export function isOfGateway({ variables }: Pick<PlaceFound, 'variables'>, { home, stateDir }: ServiceInputs): boolean {
  const own = variables['OPENCLAW_STATE_DIR'] ?? variables['CLAWDBOT_STATE_DIR'];
  const homeDir = variables['OPENCLAW_HOME'] ?? variables['HOME'] ?? home;
  return path.resolve(own ?? path.join(homeDir, '.openclaw')) === path.resolve(stateDir);
}
