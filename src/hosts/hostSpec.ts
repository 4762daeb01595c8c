import * as z from 'zod';

/**
 * What may stand in an argv. Allow-lists, since each of these becomes an operand of `ssh`, `docker`, `podman` or `wsl.exe`, and
 * ssh hands host and user on to the shell of whoever has a `ProxyCommand`.
 */
const NAME = '[A-Za-z0-9_][A-Za-z0-9._-]';
const named = (most: number, more = '') => z.string().regex(new RegExp(`^${NAME}{0,${String(most - 1)}}${more}$`));

/** An alias of `~/.ssh/config`, a host name, or an IPv6 address (without brackets). */
const sshDestination = z
  .union([
    named(253),
    z
      .string()
      .regex(/^\[.*\]$/)
      .transform((text) => text.slice(1, -1))
      .pipe(z.ipv6()),
    z.ipv6(),
  ])
  .brand<'SshDestination'>();
const userName = named(64).brand<'UserName'>();
/** `user`, `uid`, or either with `:group`. */
const containerUser = named(64, `(?::${NAME}{0,63})?`).brand<'ContainerUser'>();
const containerName = named(128).brand<'ContainerName'>();
/** All of it: a short one may come to mean another container. */
const containerId = z
  .string()
  .regex(/^[\da-f]{64}$/)
  .brand<'ContainerId'>();
const wslDistribution = named(64).brand<'WslDistribution'>();
const MAX_PATH = 1024;
/** Absolute, without control characters or half characters: it travels as one line. */
const hostPath = z
  .string()
  .max(MAX_PATH)
  // eslint-disable-next-line no-control-regex -- these are what is refused
  .regex(/^\/[^\u0000-\u001f\u007f\p{Surrogate}]*$/u)
  .brand<'HostPath'>();

export type SshDestination = z.output<typeof sshDestination>;

export type WslDistribution = z.output<typeof wslDistribution>;
/** An absolute path on the host, which is never a Windows one. */
export type HostPath = z.output<typeof hostPath>;

/** Programs and state directory on the host; what is not named is looked for there. */
const places = {
  node: hostPath.optional(),
  openclaw: hostPath.optional(),
  claude: hostPath.optional(),
  stateDir: hostPath.optional(),
};

const hostSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local'), ...places }),
  z.strictObject({
    kind: z.literal('ssh'),
    destination: sshDestination,
    user: userName.optional(),
    port: z.int().min(1).max(65_535).optional(),
    ...places,
  }),
  z.strictObject({
    kind: z.literal('container'),
    engine: z.enum(['docker', 'podman']),
    /** Which container: a name may be given to another one. */
    id: containerId,
    /** Shown only. */
    name: containerName,
    /** The gateway's user; else the one of the image. */
    user: containerUser.optional(),
    ...places,
  }),
  z.strictObject({
    kind: z.literal('wsl'),
    distribution: wslDistribution,
    user: userName.optional(),
    ...places,
  }),
]);

/** How to reach the host that a gateway lives on. */
export type HostSpec = Readonly<z.output<typeof hostSpec>>;
export type HostKind = HostSpec['kind'];
export type SshSpec = Extract<HostSpec, { kind: 'ssh' }>;
export type ContainerSpec = Extract<HostSpec, { kind: 'container' }>;
export type WslSpec = Extract<HostSpec, { kind: 'wsl' }>;

/** A record that cannot be used; the others are. */
export interface SpecProblem {
  /** Where it stands in the list; `null`: the whole is not a list. */
  readonly index: number | null;
  readonly why: 'invalid' | 'duplicate';
  /** Names of the fields that are wrong, of a closed set; empty where the record as a whole is. */
  readonly fields: readonly string[];
}

export interface ParsedSpecs {
  readonly specs: readonly HostSpec[];
  readonly problems: readonly SpecProblem[];
}

/** Checks the list of hosts that stands in the settings. Never throws. */
export function parseHostSpecs(list: unknown): ParsedSpecs {
  if (!Array.isArray(list)) return { specs: [], problems: [{ index: null, why: 'invalid', fields: [] }] };
  const specs: HostSpec[] = [];
  const problems: SpecProblem[] = [];
  const seen = new Set<string>();
  for (const [index, record] of list.entries()) {
    const parsed = hostSpec.safeParse(record);
    if (!parsed.success) {
      problems.push({ index, why: 'invalid', fields: fieldsOf(parsed.error) });
    } else if (seen.has(hostKey(parsed.data))) {
      problems.push({ index, why: 'duplicate', fields: [] });
    } else {
      seen.add(hostKey(parsed.data));
      specs.push(parsed.data);
    }
  }
  return { specs, problems };
}

/** Equal for specs that lead to the same gateway, by the way in which it is reached. */
export function hostKey(spec: HostSpec): string {
  return JSON.stringify([hostAccount(spec), spec.stateDir ?? null]);
}

/** Equal for specs that lead to the same account of the same host, by the way in which it is reached. */
export function hostAccount(spec: HostSpec): string {
  switch (spec.kind) {
    case 'local':
      return JSON.stringify(['local']);
    case 'ssh':
      return JSON.stringify(['ssh', spec.destination, spec.user ?? null, spec.port ?? null]);
    case 'container':
      return JSON.stringify(['container', spec.engine, spec.id, spec.user ?? null]);
    case 'wsl':
      return JSON.stringify(['wsl', spec.distribution, spec.user ?? null]);
  }
}

/** As the user knows it: the way to it, for a row and a banner. */
export function hostLabel(spec: HostSpec): string {
  return spec.stateDir === undefined ? wayTo(spec) : `${wayTo(spec)}, ${spec.stateDir}`;
}

/** What tells it from others first: a row may be cut. */
function wayTo(spec: HostSpec): string {
  const user = spec.kind === 'local' || spec.user === undefined ? '' : `${spec.user}@`;
  switch (spec.kind) {
    case 'local':
      return spec.kind;
    case 'ssh':
      return `${user}${spec.destination}${spec.port === undefined ? '' : `:${String(spec.port)}`}`;
    case 'container':
      return `${spec.name} (${user}${spec.engine} ${spec.id.slice(0, SHOWN_ID)})`;
    case 'wsl':
      return `${user}${spec.distribution} (WSL)`;
  }
}

/** As much of a container's id as its engine shows. */
const SHOWN_ID = 12;

/** What stands in the record under another name is the user's text, so it is not repeated. */
const FIELDS: ReadonlySet<unknown> = new Set([
  ...['kind', 'destination', 'user', 'port', 'engine', 'id', 'name', 'distribution'],
  ...Object.keys(places),
]);

function fieldsOf(error: z.ZodError): readonly string[] {
  const fields = error.issues.map(({ path }) => path[0]).filter((field) => FIELDS.has(field));
  return [...new Set(fields)].map(String);
}
