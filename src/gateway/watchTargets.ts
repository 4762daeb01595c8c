import * as path from 'node:path';
import type { AgentPlace } from './agentDirs.ts';
import type { GatewayPaths } from './paths.ts';
import type { WatchTargets } from './watch.ts';

/** The configuration may yet appear, or appear again, under any name that a release honours. */
const STATE_FILES = [
  'openclaw.json',
  'clawdbot.json',
  'moltbot.json',
  'moldbot.json',
  '.env',
  'state/openclaw.sqlite',
  'state/openclaw.sqlite-wal',
];
const STORE_FILES = ['auth-profiles.json', 'auth-state.json', 'openclaw-agent.sqlite', 'openclaw-agent.sqlite-wal'];

/** Every file that a reading of these places depends on; an entry of `agents` may be an agent of its own. */
export function watchTargets(paths: GatewayPaths, places: readonly AgentPlace[]): WatchTargets {
  const agentDirs = new Set([
    paths.sharedAgentDir,
    ...places.filter((place) => !place.isOutside).map((place) => place.agentDir),
  ]);
  return {
    files: [
      paths.configPath,
      ...STATE_FILES.map((name) => path.join(paths.stateDir, name)),
      ...[...agentDirs].flatMap((folder) => STORE_FILES.map((name) => path.join(folder, name))),
    ],
    folders: [path.join(paths.stateDir, 'agents')],
  };
}
