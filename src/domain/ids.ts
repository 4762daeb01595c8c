declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Which gateway: see {@link localHostId}. */
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

/**
 * The gateway of the machine where the extension runs. All windows share one SecretStorage, also those on remote machines, so
 * machine, account and state directory are in it: a copy of one gateway's credential is never taken for another's.
 * `machine` stands for machine and account; `stateDir` is free of links.
 */
export function localHostId(machine: string, stateDir: string): HostId {
  return hostId(JSON.stringify(['local', machine, stateDir]));
}

/** Turns the canonical text of a credential into its fingerprint. The key behind it never leaves the machine. */
export type Fingerprinter = (canonicalText: string) => Fingerprint;
