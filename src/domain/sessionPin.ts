import * as z from 'zod';
import { parseJson } from '../platform/json.ts';
import { agentId, profileId, type AgentId, type ProfileId } from './ids.ts';

/** A session that keeps to one profile. `updatedAt`: Unix ms. */
export interface SessionPin {
  readonly agentId: AgentId;
  readonly sessionKey: string;
  readonly profileId: ProfileId;
  /** `user`: by `/model …@profile`; `auto`: OpenClaw stays with what the session began with. */
  readonly source: 'user' | 'auto' | 'unknown';
  /** `provider/model` of the session; null where it does not say. */
  readonly model: string | null;
  readonly updatedAt: number | null;
}

/** `null`: the sessions of this release cannot be read here. */
export type SessionPins = readonly SessionPin[] | null;

const text = z.string().optional().catch(undefined);
const entry = z.looseObject({
  authProfileOverride: z.string().min(1),
  ...{ authProfileOverrideSource: text, modelProvider: text, model: text, providerOverride: text, modelOverride: text },
  updatedAt: z.number().optional().catch(undefined),
});

/** The pins in `sessions.json` of an agent (2026.2.3 to 2026.6.1), last used first. What has another shape is left out. */
export function parseSessionPins(json: string, agent: AgentId): readonly SessionPin[] {
  const document = z.record(z.string(), z.unknown()).safeParse(parseJson(json)).data ?? {};
  const pins = Object.entries(document).flatMap(([sessionKey, value]): SessionPin[] => {
    const { data } = entry.safeParse(value);
    if (data === undefined) return [];
    const source = data.authProfileOverrideSource;
    const [provider, model] = [data.providerOverride ?? data.modelProvider, data.modelOverride ?? data.model];
    return [
      {
        ...{ agentId: agent, sessionKey, profileId: profileId(data.authProfileOverride) },
        source: source === 'user' || source === 'auto' ? source : 'unknown',
        model: provider === undefined || model === undefined ? null : `${provider}/${model}`,
        updatedAt: data.updatedAt ?? null,
      },
    ];
  });
  return pins.toSorted((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0));
}

const pinMessage = z.strictObject({
  agentId: z.string().transform(agentId),
  sessionKey: z.string(),
  profileId: z.string().transform(profileId),
  source: z.enum(['user', 'auto', 'unknown']),
  model: z.string().nullable(),
  updatedAt: z.number().nullable(),
});

/** As it comes from another host. */
export const pinsMessage = z.array(pinMessage).readonly().nullable();
export type PinsMessage = z.input<typeof pinsMessage>;
