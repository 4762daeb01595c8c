import { providerId, type ProviderId } from './ids.ts';
import { field, isRecord, textOf } from './jsonValue.ts';

/**
 * A key that stands in a provider's own entry, `models.providers.<id>.apiKey` of `openclaw.json`. OpenClaw calls it the one of
 * `models.json`. The value itself is not kept.
 */
export interface ModelKey {
  /** A literal, the name of a variable in its place, or a SecretRef. */
  readonly kind: 'value' | 'variable' | 'ref';
  /** The entry says `auth: "api-key"`: from 2026.4 on the key then comes before every profile. */
  readonly isFirst: boolean;
}

/** `${NAME}` is replaced when the configuration is loaded; a bare name is OpenClaw's own mark for a variable. */
const VARIABLE = /^(?:\$\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/;

/** Takes `models` of the configuration. */
export function readModelKeys(models: unknown): ReadonlyMap<ProviderId, ModelKey> {
  const entries = field(models, 'providers');
  const keys = new Map<ProviderId, ModelKey>();
  for (const [id, entry] of isRecord(entries) ? Object.entries(entries) : []) {
    const kind = kindOf(field(entry, 'apiKey'));
    if (kind !== null) keys.set(providerId(id), { kind, isFirst: textOf(field(entry, 'auth')) === 'api-key' });
  }
  return keys;
}

function kindOf(key: unknown): ModelKey['kind'] | null {
  if (isRecord(key)) return textOf(field(key, 'source')) === null ? null : 'ref';
  if (typeof key !== 'string' || key.trim() === '') return null;
  return VARIABLE.test(key.trim()) ? 'variable' : 'value';
}
