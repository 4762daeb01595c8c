import { z } from 'zod';
import { askOpenclaw, type OpenClaw } from './openclaw.ts';

const PROFILE = z.object({
  profileId: z.string(),
  provider: z.string(),
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
  readonly labels: Readonly<Record<string, string>>;
  readonly expiresAt: Readonly<Record<string, unknown>>;
  /** The order of each provider, where the release prints it (from 2026.6.1 on). */
  readonly orders: Readonly<Record<string, readonly string[]>>;
}

export async function readCliStatus(cli: OpenClaw, home: string, agentId?: string): Promise<CliStatus> {
  const args = ['models', 'status', '--json', ...(agentId === undefined ? [] : ['--agent', agentId])];
  const { profiles, providers } = STATUS.parse(await askOpenclaw(cli, home, args)).auth.oauth;
  return {
    labels: Object.fromEntries(profiles.map(({ profileId, status }) => [profileId, status])),
    expiresAt: Object.fromEntries(profiles.map(({ profileId, expiresAt }) => [profileId, expiresAt])),
    orders: Object.fromEntries(
      providers.flatMap(({ provider, effectiveProfiles }) =>
        effectiveProfiles === undefined ? [] : [[provider, effectiveProfiles.map(({ profileId }) => profileId)]],
      ),
    ),
  };
}
