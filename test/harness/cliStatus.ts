import { z } from 'zod';
import { askOpenclaw, type OpenClaw } from './openclaw.ts';
import type { JudgedProfile } from './oracle/ask.ts';

const PROFILE = z.object({
  profileId: z.string(),
  provider: z.string(),
  type: z.string(),
  status: z.string(),
  expiresAt: z.unknown().optional(),
});
const STATUS = z.object({
  auth: z.object({
    oauth: z.object({
      profiles: z.array(PROFILE),
      providers: z.array(
        z.object({ provider: z.string(), effectiveProfiles: z.array(z.object({ profileId: z.string() })).optional() }),
      ),
    }),
  }),
});

/** What `models status --json` says about one agent. */
export interface CliStatus {
  readonly profiles: readonly JudgedProfile[];
  /** The order of each provider, where the release prints it (from 2026.6.1 on). */
  readonly orders: readonly (readonly [provider: string, ids: readonly string[]])[];
}

export async function readCliStatus(cli: OpenClaw, home: string, agentId?: string): Promise<CliStatus> {
  const args = ['models', 'status', '--json', ...(agentId === undefined ? [] : ['--agent', agentId])];
  const { profiles, providers } = STATUS.parse(await askOpenclaw(cli, home, args)).auth.oauth;
  return {
    profiles,
    orders: providers.flatMap(({ provider, effectiveProfiles }): [string, readonly string[]][] =>
      effectiveProfiles === undefined ? [] : [[provider, effectiveProfiles.map(({ profileId }) => profileId)]],
    ),
  };
}

/** The label of each profile. */
export const labelsOf = ({ profiles }: CliStatus): Readonly<Record<string, string>> =>
  Object.fromEntries(profiles.map(({ profileId, status }) => [profileId, status]));

/** When a profile ends, as the release prints it. */
export const expiresAtOf = ({ profiles }: CliStatus, id: string): unknown =>
  profiles.find(({ profileId }) => profileId === id)?.expiresAt;
