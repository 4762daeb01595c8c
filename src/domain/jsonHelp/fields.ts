import type { HelpedDocument } from './documents.ts';

/** Fields that there are words for. Names of the documents' own fields; those in capitals stand for keys that the user chose. */
export const FIELDS = [
  ...(['version', 'profiles', 'order', 'lastGood', 'usageStats', 'PROFILE', 'USAGE', 'ORDER', 'LAST_GOOD'] as const),
  ...(['type', 'provider', 'key', 'apiKey', 'keyRef', 'token', 'tokenRef', 'expires', 'access', 'refresh'] as const),
  ...(['oauthRef', 'email', 'displayName', 'accountId', 'projectId', 'metadata', 'copyToAgents', 'mode'] as const),
  ...(['lastUsed', 'cooldownUntil', 'blockedUntil', 'disabledUntil', 'disabledReason', 'cooldownReason'] as const),
  ...(['cooldownModel', 'errorCount', 'failureCounts', 'lastFailureAt', 'lastProbeAt'] as const),
  ...(['auth', 'CONFIG_PROFILES', 'CONFIG_PROFILE', 'CONFIG_MODE', 'CONFIG_ORDER', 'cooldowns'] as const),
  ...(['lastTouchedVersion', 'REF_SOURCE', 'REF_PROVIDER', 'REF_ID'] as const),
] as const;
export type Field = (typeof FIELDS)[number];

export type Path = readonly (string | number)[];

const SECRETS: readonly string[] = ['key', 'apiKey', 'token', 'access', 'refresh'];
const TIMES: readonly string[] = [
  ...['expires', 'lastUsed', 'cooldownUntil', 'blockedUntil', 'disabledUntil', 'lastFailureAt', 'lastProbeAt'],
];
const OF_PROFILE = new Set<string>([
  ...[
    'type',
    'provider',
    'keyRef',
    'tokenRef',
    'expires',
    'oauthRef',
    'email',
    'displayName',
    'accountId',
    'projectId',
  ],
  ...['metadata', 'copyToAgents', 'mode', ...SECRETS],
]);
const OF_USAGE = new Set<string>([
  ...TIMES.filter((name) => name !== 'expires'),
  ...['disabledReason', 'cooldownReason', 'cooldownModel', 'errorCount', 'failureCounts'],
]);
const REFS: readonly string[] = ['keyRef', 'tokenRef', 'oauthRef', ...SECRETS];
const OF_REF: Readonly<Record<string, Field>> = { source: 'REF_SOURCE', provider: 'REF_PROVIDER', id: 'REF_ID' };

/** What the value at a path is; `null` where it is not ours to explain. */
export function fieldAt(document: HelpedDocument, path: Path): Field | null {
  return document === 'config' ? configField(path) : storeField(path);
}

function storeField(path: Path): Field | null {
  const [part, id] = path;
  if (part === 'version' || path.length === 0) return path.length === 1 ? 'version' : null;
  if (part === 'profiles')
    return path.length > 3 ? refField(path) : sectionField(path, 'profiles', 'PROFILE', OF_PROFILE);
  if (part === 'usageStats') return path.length > 3 ? null : sectionField(path, 'usageStats', 'USAGE', OF_USAGE);
  if (part === 'order') return path.length === 1 ? 'order' : path.length <= 3 ? 'ORDER' : null;
  if (part === 'lastGood') return id === undefined ? 'lastGood' : path.length === 2 ? 'LAST_GOOD' : null;
  return null;
}

function sectionField(path: Path, whole: Field, entry: Field, names: ReadonlySet<string>): Field | null {
  const [, id, name] = path;
  if (id === undefined) return whole;
  if (name === undefined) return entry;
  return typeof name === 'string' && names.has(name) ? (name as Field) : null;
}

function refField([, , name, inner, ...rest]: Path): Field | null {
  if (rest.length > 0 || typeof name !== 'string' || typeof inner !== 'string' || !REFS.includes(name)) return null;
  return Object.hasOwn(OF_REF, inner) ? (OF_REF[inner] ?? null) : null;
}

function configField(path: Path): Field | null {
  const [root, part] = path;
  if (root === 'meta') return part === 'lastTouchedVersion' && path.length === 2 ? 'lastTouchedVersion' : null;
  if (root !== 'auth') return null;
  if (part === undefined) return 'auth';
  if (part === 'cooldowns') return path.length === 2 ? 'cooldowns' : null;
  if (part === 'order') return path.length <= 4 ? 'CONFIG_ORDER' : null;
  return part === 'profiles' ? configProfileField(path) : null;
}

function configProfileField({ length, 2: id, 3: name }: Path): Field | null {
  if (id === undefined) return 'CONFIG_PROFILES';
  if (name === undefined) return 'CONFIG_PROFILE';
  if (length > 4) return null;
  return name === 'mode' ? 'CONFIG_MODE' : name === 'provider' || name === 'email' ? name : null;
}

/** True where a credential stands, of which nothing but its kind and length is told. */
export function isSecretPath(document: HelpedDocument, path: Path): boolean {
  const [part, , name] = path;
  return document === 'profiles' && part === 'profiles' && path.length === 3 && SECRETS.includes(String(name));
}

/** True where a number of milliseconds since 1970 stands. */
export function isTimePath(document: HelpedDocument, path: Path): boolean {
  const [part, , name] = path;
  const isStore = document !== 'config' && (part === 'profiles' || part === 'usageStats');
  return isStore && path.length === 3 && TIMES.includes(String(name)) && fieldAt(document, path) !== null;
}
