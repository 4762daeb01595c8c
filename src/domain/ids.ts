declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Which gateway host: `local`, or the id of a configured host. */
export type HostId = Brand<string, 'HostId'>;
/** An OpenClaw agent, the folder name under `agents/`. */
export type AgentId = Brand<string, 'AgentId'>;
/** A model provider such as `anthropic`, in the spelling that the store uses. */
export type ProviderId = Brand<string, 'ProviderId'>;
/** A credential slot, by convention `provider:name`. OpenClaw accepts any text (also line breaks), so never a path or a command. */
export type ProfileId = Brand<string, 'ProfileId'>;
/** Short keyed hash of a credential: equal when the credentials are; safe to log. */
export type Fingerprint = Brand<string, 'Fingerprint'>;
/** Opaque version of one agent's store; equal when nothing that we read has changed. */
export type Revision = Brand<string, 'Revision'>;

export const hostId = (text: string): HostId => text as HostId;
export const agentId = (text: string): AgentId => text as AgentId;
export const providerId = (text: string): ProviderId => text as ProviderId;
export const profileId = (text: string): ProfileId => text as ProfileId;
export const fingerprint = (text: string): Fingerprint => text as Fingerprint;
export const revision = (text: string): Revision => text as Revision;

export const LOCAL_HOST: HostId = hostId('local');

/** Turns the canonical text of a credential into its fingerprint. The key behind it never leaves the machine. */
export type Fingerprinter = (canonicalText: string) => Fingerprint;
