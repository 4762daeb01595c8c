import * as z from 'zod';
import { AppError } from '../domain/errors.ts';
import { GATEWAY_STATUSES, type GatewayAnswer } from '../domain/gatewayAnswer.ts';
import { agentId, profileId, providerId } from '../domain/ids.ts';
import { encodeFailure, failureMessage } from './applyMessage.ts';

/** What goes over a link about the gateway that runs there. Either side may be anybody, so all of it is checked on arrival. */
const agent = z.string().transform(agentId);
const profile = z.string().transform(profileId);

export const askedMessage = z.strictObject({ agentId: agent, loadsAgain: z.boolean() });

export const pinningMessage = z.strictObject({
  ...{ agentId: agent, sessionKey: z.string(), model: z.string() },
  ...{ profileId: profile.nullable(), expected: profile.nullable() },
});
export type PinningMessage = z.input<typeof pinningMessage>;

const status = z.enum(GATEWAY_STATUSES);
const gatewayProvider = z.strictObject({
  provider: z.string().transform(providerId),
  status,
  order: z.array(profile).nullable(),
  profiles: z.array(
    z.strictObject({ profileId: profile, status, expiresAt: z.number().nullable(), isForeign: z.boolean() }),
  ),
});
const gatewayAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answered'), ageMs: z.number(), providers: z.array(gatewayProvider) }),
  z.strictObject({ kind: z.enum(['notOffered', 'noGateway', 'noAccess', 'notAllowed', 'elsewhere']) }),
  z.strictObject({ kind: z.literal('failed'), error: failureMessage }),
]);
export type GatewayAnswerMessage = z.input<typeof gatewayAnswer>;

export function encodeGatewayAnswer(answer: GatewayAnswer): GatewayAnswerMessage {
  if (answer.kind === 'failed') return { kind: 'failed', error: encodeFailure(answer.error) };
  if (answer.kind !== 'answered') return answer;
  const providers = answer.providers.map((one) => ({
    ...one,
    order: one.order === null ? null : [...one.order],
    profiles: [...one.profiles],
  }));
  return { ...answer, providers };
}

/** `null` for what is no such answer. */
export function decodeGatewayAnswer(message: unknown): GatewayAnswer | null {
  const { data } = gatewayAnswer.safeParse(message);
  if (data === undefined) return null;
  return data.kind === 'failed' ? { kind: 'failed', error: new AppError(data.error.code, data.error.details) } : data;
}
