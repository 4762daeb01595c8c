import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { MAIN_AGENT } from '../domain/agentRoster.ts';
import { isAtLeast, type Release } from '../domain/release.ts';

/** What the resolution depends on; no I/O of its own. */
export interface PathInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The account's home directory, absolute. */
  readonly home: string;
  readonly exists: (path: string) => boolean;
  /** `null`: resolved as the current release does. */
  readonly release: Release | null;
  /** Chosen by the user (setting or `--state-dir`): beats every variable. */
  readonly stateDirOverride?: string | undefined;
}

export interface GatewayPaths {
  readonly stateDir: string;
  readonly configPath: string;
  /** Where the credentials of the agent `main` lie that the other agents inherit, and where changes to it go. */
  readonly sharedAgentDir: string;
  /** Set where a variable makes the gateway read the agent `main` elsewhere (over `sharedAgentDir`, from 2026.6 on). */
  readonly movedAgentDir: string | null;
}

/**
 * State directory, configuration file and shared agent directory as the given release resolves them. Read in and measured
 * with 2026.2.3, 2026.4.15, 2026.5.7, 2026.6.1 and 2026.9.6; `--profile` directories are other gateways and are not guessed.
 */
export function resolvePaths(inputs: PathInputs): GatewayPaths {
  const chosen = inputs.stateDirOverride?.trim();
  const homeDir = effectiveHome(inputs);
  const stateDir = chosen ? path.resolve(chosen) : resolveStateDir(inputs, homeDir);
  const moved = agentDirVariable(inputs, homeDir, chosen !== undefined && chosen !== '');
  const isSharedMoved = moved !== null && isBefore(inputs, '2026.6.0');
  return {
    stateDir,
    configPath: resolveConfigPath(inputs, homeDir, stateDir, Boolean(chosen)),
    sharedAgentDir: isSharedMoved ? moved : path.join(stateDir, 'agents', MAIN_AGENT, 'agent'),
    movedAgentDir: moved,
  };
}

function resolveStateDir(inputs: PathInputs, homeDir: string): string {
  const explicit = variable(inputs, 'OPENCLAW_STATE_DIR') ?? earlierVariable(inputs, 'CLAWDBOT_STATE_DIR');
  if (explicit !== null) return expandHome(explicit, homeDir);
  const current = path.join(homeDir, '.openclaw');
  if (inputs.exists(current)) return current;
  return (
    earlierNames(inputs, '.clawdbot', '.moltbot', '.moldbot')
      .map((name) => path.join(homeDir, name))
      .find(inputs.exists) ?? current
  );
}

function resolveConfigPath(inputs: PathInputs, homeDir: string, stateDir: string, isChosen: boolean): string {
  const explicit = variable(inputs, 'OPENCLAW_CONFIG_PATH') ?? earlierVariable(inputs, 'CLAWDBOT_CONFIG_PATH');
  // A state directory that the user chose is another gateway than the one that the variable belongs to.
  if (explicit !== null && !isChosen) return expandHome(explicit, homeDir);
  const current = path.join(stateDir, 'openclaw.json');
  if (inputs.exists(current)) return current;
  return (
    earlierNames(inputs, 'clawdbot.json', 'moltbot.json', 'moldbot.json')
      .map((name) => path.join(stateDir, name))
      .find(inputs.exists) ?? current
  );
}

/** `PI_CODING_AGENT_DIR` counts up to 2026.7.x; from 2026.8 on it moves only files that do not concern us. */
function agentDirVariable(inputs: PathInputs, homeDir: string, isChosen: boolean): string | null {
  if (isChosen) return null;
  const own = variable(inputs, 'OPENCLAW_AGENT_DIR');
  if (own !== null) return expandHome(own, homeDir);
  const pi = isBefore(inputs, '2026.8.0') && inputs.release !== null ? variable(inputs, 'PI_CODING_AGENT_DIR') : null;
  return pi === null ? null : expandHome(pi, homeDir);
}

/** `OPENCLAW_HOME` is known from 2026.2.9. */
function effectiveHome(inputs: PathInputs): string {
  const moved = isBefore(inputs, '2026.2.9') ? null : variable(inputs, 'OPENCLAW_HOME');
  return moved === null ? path.resolve(inputs.home) : expandHome(moved, inputs.home);
}

function expandHome(text: string, homeDir: string): string {
  return path.resolve(text.replace(/^~(?=$|[\\/])/, () => homeDir));
}

function variable(inputs: PathInputs, name: string): string | null {
  const value = inputs.env[name]?.trim();
  return value ? value : null;
}

/** Variables of earlier product names, honoured up to 2026.3.21. */
function earlierVariable(inputs: PathInputs, name: string): string | null {
  return isBefore(inputs, '2026.3.22') ? variable(inputs, name) : null;
}

/** The first name is honoured by every release, the others up to 2026.3.21. */
function earlierNames(inputs: PathInputs, first: string, ...others: readonly string[]): readonly string[] {
  return isBefore(inputs, '2026.3.22') ? [first, ...others] : [first];
}

function isBefore(inputs: PathInputs, text: `${number}.${number}.${number}`): boolean {
  return inputs.release !== null && !isAtLeast(inputs.release, text);
}

/** A path in the configuration as the gateway reads it: `~` is the effective home. */
export function expandUserPath(text: string, env: PathInputs['env'], home: string): string {
  return expandHome(text.trim(), effectiveHome({ env, home, exists: () => false, release: null }));
}

/** The probe for {@link PathInputs.exists} on this machine. */
export const existsHere = (target: string): boolean => existsSync(target);
