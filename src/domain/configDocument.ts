import JSON5 from 'json5';
import { profileId, providerId, type ProfileId, type ProviderId } from './ids.ts';
import { readModelKeys } from './modelKeys.ts';
import type { ConfigAuth } from './snapshot.ts';
import { field, isRecord, textOf } from './jsonValue.ts';

/** Nothing configured, for a file that is not there or cannot be read. */
export function emptyConfig(path: string, state: Exclude<ConfigAuth['state'], 'ok'>): ConfigAuth {
  return {
    path,
    state,
    lastTouchedVersion: null,
    hasProfiles: false,
    profiles: new Map(),
    order: new Map(),
    providersInUse: new Set(),
    modelKeys: new Map(),
  };
}

/**
 * The parts of `openclaw.json` (JSON5) that decide about credentials. What has another shape than the gateway expects is left
 * out; an empty order list stays, because to the gateway it means that nothing is tried (2026.2.3 to 2026.9.6).
 */
export function parseConfig(text: string, path: string): ConfigAuth {
  const root = parse(text);
  if (!isRecord(root)) return emptyConfig(path, 'malformed');
  const auth = field(root, 'auth');
  return {
    path,
    state: 'ok',
    lastTouchedVersion: textOf(field(field(root, 'meta'), 'lastTouchedVersion')),
    hasProfiles: isRecord(field(auth, 'profiles')),
    profiles: readProfiles(field(auth, 'profiles')),
    order: readOrder(field(auth, 'order')),
    providersInUse: readProvidersInUse(field(root, 'agents')),
    modelKeys: readModelKeys(field(root, 'models')),
  };
}

function parse(text: string): unknown {
  try {
    return JSON5.parse<unknown>(text);
  } catch {
    return null;
  }
}

function readProfiles(value: unknown): ConfigAuth['profiles'] {
  const profiles = new Map<ProfileId, { provider: ProviderId; mode: string | null }>();
  for (const [id, entry] of entriesOf(value)) {
    const provider = textOf(field(entry, 'provider'));
    if (provider !== null)
      profiles.set(profileId(id), { provider: providerId(provider), mode: textOf(field(entry, 'mode')) });
  }
  return profiles;
}

function readOrder(value: unknown): ConfigAuth['order'] {
  const order = new Map<ProviderId, readonly ProfileId[]>();
  for (const [provider, ids] of entriesOf(value))
    if (Array.isArray(ids)) order.set(providerId(provider), ids.filter((id) => typeof id === 'string').map(profileId));
  return order;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `agents.list` up to 2026.7.x, `agents.entries` from 2026.8 on. */
function readProvidersInUse(agents: unknown): ReadonlySet<ProviderId> {
  const own = [...itemsOf(field(agents, 'list')), ...entriesOf(field(agents, 'entries')).map(([, entry]) => entry)];
  const models = [field(agents, 'defaults'), ...own].flatMap((entry) => modelsOf(field(entry, 'model')));
  return new Set(models.flatMap((model) => providerOf(model)));
}

/** `"provider/model"`, or `{primary, fallbacks}`. */
function modelsOf(value: unknown): string[] {
  const all: unknown[] = [value, field(value, 'primary'), ...itemsOf(field(value, 'fallbacks'))];
  return all.filter((model) => typeof model === 'string');
}

/** A model without a provider is an alias, or relies on the release's own default. */
function providerOf(model: string): ProviderId[] {
  const slash = model.indexOf('/');
  const provider = slash < 0 ? '' : model.slice(0, slash).trim().toLowerCase();
  return provider === '' ? [] : [providerId(provider)];
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
