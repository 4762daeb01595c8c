import { readdir, readFile } from 'node:fs/promises';
import { isAtLeast, type Release } from '../domain/release.ts';
import { systemClock } from '../platform/clock.ts';
import { systemProcesses } from './jsonStore/lockRules.ts';
import type { GatewayPaths } from './paths.ts';
import { findGatewayPid } from './runningGateway.ts';
import { isOfGateway, type PlaceFound, type ServiceInputs } from './serviceFiles.ts';

/** Where Linux shows processes. */
const PROC = '/proc';
/** What a gateway calls itself (2026.2.3 to 2026.9.6). */
const TITLE = 'openclaw-gateway';

/**
 * The environment that the running gateway was started with. Only on Linux, and only of a process that this account may look into;
 * `null` otherwise, and when none runs. What it has read from `.env` since does not show there.
 */
export async function readGatewayProcess(
  inputs: ServiceInputs,
  paths: GatewayPaths,
  release: Release | null,
): Promise<PlaceFound | null> {
  if (process.platform !== 'linux') return null;
  const pid = await findGatewayPid({ env: inputs.env, paths });
  if (pid !== null) return readProcess(pid);
  // The lock may be elsewhere from 2026.8 on.
  return release === null || isAtLeast(release, '2026.8.0') ? findByTitle(inputs) : null;
}

async function findByTitle(inputs: ServiceInputs): Promise<PlaceFound | null> {
  const pids = (await readdir(PROC).catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const titles = await Promise.all(pids.map(async (pid) => [pid, await textOf(pid, 'cmdline')] as const));
  for (const [pid] of titles.filter(([, title]) => title?.startsWith(TITLE))) {
    const found = await readProcess(pid);
    if (found !== null && isOfGateway(found, inputs)) return found;
  }
  return null;
}

async function readProcess(pid: number): Promise<PlaceFound | null> {
  const text = await textOf(pid, 'environ');
  if (text === null) return null;
  const pairs = text.split('\0').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]);
  return {
    at: String(pid),
    sinceMs: await beganAt(pid),
    variables: Object.fromEntries(pairs) as PlaceFound['variables'],
  };
}

/** Of a clock tick as Linux shows it, whatever the kernel counts in. */
const TICK_MS = 10;

/**
 * Unix ms of the system, as the times of files are. By its age: the kernel gives the moment it booted in whole seconds, and the
 * folder of a process is no older than the first look into it.
 */
async function beganAt(pid: number): Promise<number | null> {
  const uptime = await readFile(`${PROC}/uptime`, 'utf8').catch(() => '');
  const upMs = Number.parseFloat(uptime) * 1000;
  const ticks = systemProcesses.startTime(pid);
  return Number.isNaN(upMs) || ticks === null ? null : systemClock.now() - upMs + ticks * TICK_MS;
}

async function textOf(pid: number, name: string): Promise<string | null> {
  return readFile(`${PROC}/${String(pid)}/${name}`, 'utf8').catch(() => null);
}
