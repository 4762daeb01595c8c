import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { parseEnv } from 'node:util';
import JSON5 from 'json5';
import * as z from 'zod';
import { providerId, type Fingerprint, type Fingerprinter, type ProviderId } from '../domain/ids.ts';
import { ENVIRONMENT_PROVIDERS, keyVariables } from '../domain/keyVariables.ts';
import { isAtLeast, type Release } from '../domain/release.ts';
import type { EnvironmentVariable } from '../domain/snapshot.ts';
import { VARIABLE_PLACES, type VariablePlace, type VariableReport } from '../domain/variables.ts';
import { readGatewayProcess } from './gatewayProcess.ts';
import type { GatewayPaths } from './paths.ts';
import { isGatewayRunning } from './runningGateway.ts';
import { readService, type PlaceFound, type ServiceInputs, type Variables } from './serviceFiles.ts';

/** The gateway as something that runs apart from this process. */
export interface Daemon {
  /** What its process was started with, or its service gives it; `null`: nothing is known of either. */
  readonly variables: Variables | null;
  /** `null`: cannot be seen here. */
  readonly runs: boolean | null;
}

export async function readDaemon(
  service: ServiceInputs,
  paths: GatewayPaths,
  release: Release | null,
): Promise<Daemon> {
  const found = await readGatewayProcess(service, paths, release);
  const isSeen = found !== null || (await isGatewayRunning({ env: service.env, paths }));
  // The lock may be elsewhere from 2026.8 on.
  const hasLock = release !== null && !isAtLeast(release, '2026.8.0');
  return {
    variables: (found ?? (await readService(service)))?.variables ?? null,
    runs: isSeen ? true : hasLock || process.platform === 'linux' ? false : null,
  };
}

const MAX_DOTENV_BYTES = 1024 * 1024;

export interface EnvironmentInputs {
  /** This process's environment. */
  readonly env: Variables;
  readonly home: string;
  readonly paths: GatewayPaths;
  /** `openclaw.json`, whose `env.vars` count like the environment. */
  readonly configText: string | null;
  readonly release: Release | null;
  readonly fingerprint: Fingerprinter;
}

export interface Environment {
  /** The key variables that the gateway is given, per provider, highest precedence first. */
  readonly environment: ReadonlyMap<ProviderId, readonly EnvironmentVariable[]>;
  readonly variables: VariableReport;
}

/**
 * Which key variables are set, and where. The gateway's own environment is that of its process, or of its service, or, where nothing
 * is known of either, this process's. `<stateDir>/.env` and the configuration do not override what is set. What cannot be read
 * counts as empty.
 */
export async function readEnvironment(inputs: EnvironmentInputs): Promise<Environment> {
  const { env, home, paths, configText, release, fingerprint } = inputs;
  const { stateDir } = paths;
  const service = { env, home, stateDir };
  const dotenv = path.join(stateDir, '.env');
  const config = readConfig(configText);
  const found: Readonly<Record<VariablePlace, PlaceFound | null>> = {
    shell: { at: '', sinceMs: null, variables: env },
    gateway: await readGatewayProcess(service, paths, release),
    service: await readService(service),
    dotenv: await readDotenv(dotenv),
    config: configText === null ? null : { at: paths.configPath, sinceMs: null, variables: config.variables },
  };
  const sources = {
    process: (found.gateway ?? found.service ?? found.shell)?.variables ?? {},
    dotenv: found.dotenv?.variables ?? {},
    config: config.variables,
  };
  const environment = new Map<ProviderId, readonly EnvironmentVariable[]>();
  const providersOf = new Map<string, ProviderId[]>();
  for (const provider of ENVIRONMENT_PROVIDERS) {
    const names = keyVariables(provider, release, config.plugins);
    for (const name of names) providersOf.set(name, [...(providersOf.get(name) ?? []), providerId(provider)]);
    const variables = names
      .map((name) => ({ name, source: sourceOf(name, sources) }))
      .filter((variable): variable is EnvironmentVariable => variable.source !== null);
    if (variables.length > 0) environment.set(providerId(provider), variables);
  }
  return { environment, variables: report(found, providersOf, fingerprint) };
}

function report(
  found: Readonly<Record<VariablePlace, PlaceFound | null>>,
  providersOf: ReadonlyMap<string, readonly ProviderId[]>,
  fingerprint: Fingerprinter,
): VariableReport {
  const read = VARIABLE_PLACES.flatMap((kind) => {
    const place = found[kind];
    return place === null ? [] : [{ kind, place }];
  });
  const variables = [...providersOf].flatMap(([name, providers]) => {
    const values = read.flatMap(({ kind, place }): [VariablePlace, Fingerprint][] => {
      const value = (place.variables[name] ?? '').trim();
      return value === '' ? [] : [[kind, fingerprint(value)]];
    });
    return values.length === 0 ? [] : [{ name, providers, values: new Map(values) }];
  });
  const places = read.map(({ kind, place: { at, sinceMs } }) => ({ kind, at: at === '' ? null : at, sinceMs }));
  return { places, variables };
}

const SOURCES = ['process', 'dotenv', 'config'] as const;

function sourceOf(
  name: string,
  sources: Readonly<Record<EnvironmentVariable['source'], Variables>>,
): EnvironmentVariable['source'] | null {
  return SOURCES.find((source) => (sources[source][name] ?? '').trim() !== '') ?? null;
}

const CONFIG = z.looseObject({
  env: z
    .looseObject({ vars: z.record(z.string(), z.unknown()).optional() })
    .optional()
    .catch(undefined),
  plugins: z
    .looseObject({ entries: z.record(z.string(), z.unknown()).optional() })
    .optional()
    .catch(undefined),
});

interface ConfigPart {
  /** `env.vars` (2026.2.3 to 2026.9.6). */
  readonly variables: Variables;
  /** Plugins that the configuration names. */
  readonly plugins: ReadonlySet<string>;
}

function readConfig(text: string | null): ConfigPart {
  const { env, plugins } = CONFIG.safeParse(text === null ? null : parseJson5(text)).data ?? {};
  const entries = Object.entries(env?.vars ?? {});
  const variables = Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  return { variables, plugins: new Set(Object.keys(plugins?.entries ?? {})) };
}

function parseJson5(text: string): unknown {
  try {
    return JSON5.parse<unknown>(text);
  } catch {
    return null;
  }
}

async function readDotenv(file: string): Promise<PlaceFound | null> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_DOTENV_BYTES) return null;
    return { at: file, sinceMs: found.mtimeMs, variables: parseEnv(await readFile(file, 'utf8')) };
  } catch {
    return null;
  }
}
