/** The environment that a service manager gives to the gateway, as its files state it. Values are for comparing only. */

export interface ServiceEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Files with more of them, in the order in which they are read; what they set comes before the variables. */
  readonly files: readonly string[];
}

/**
 * `Environment=` and `EnvironmentFile=` of the section `[Service]`, of a unit and its drop-ins in the order in which systemd reads
 * them. An empty assignment forgets those before it. `%h` is the home directory; a leading `-` on a file means that it may be missing.
 */
export function parseSystemdUnit(texts: readonly string[], home: string): ServiceEnvironment {
  let variables: Record<string, string> = {};
  let files: string[] = [];
  for (const [key, value] of texts.flatMap(serviceSettings)) {
    if (key === 'Environment') {
      if (value === '') variables = {};
      for (const word of splitWords(value)) Object.assign(variables, assignment(expand(word, home)));
    } else if (key === 'EnvironmentFile') {
      files = value === '' ? [] : [...files, expand(unquoted(value.replace(/^-/, '')), home)];
    }
  }
  return { variables, files };
}

function serviceSettings(text: string): (readonly [key: string, value: string])[] {
  let section = '';
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .flatMap((line): [string, string][] => {
      const trimmed = line.trim();
      const [, name] = /^\[(.*)\]$/.exec(trimmed) ?? [];
      if (name !== undefined) section = name;
      const at = trimmed.indexOf('=');
      if (name !== undefined || section !== 'Service' || /^[#;]/.test(trimmed) || at < 0) return [];
      return [[trimmed.slice(0, at).trim(), trimmed.slice(at + 1).trim()]];
    });
}

/** Words as systemd splits them: quotes around the whole or a part of one, backslashes before what is meant literally. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map(unquoted);
}

function unquoted(word: string): string {
  return word.replaceAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\\(.)/g, (_, double, single, escaped) =>
    String(escaped ?? String(double ?? single).replaceAll(/\\(.)/g, '$1')),
  );
}

function expand(text: string, home: string): string {
  return text.replaceAll('%%', '\u0000').replaceAll('%h', home).replaceAll('\u0000', '%');
}

function assignment(word: string): Readonly<Record<string, string>> {
  const at = word.indexOf('=');
  return at <= 0 ? {} : { [word.slice(0, at)]: word.slice(at + 1) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** `EnvironmentVariables` of a property list in XML; a binary one has none that can be read here. */
export function parseLaunchdPlist(text: string): ServiceEnvironment {
  const [, body = ''] = /<key>\s*EnvironmentVariables\s*<\/key>\s*<dict>([\s\S]*?)<\/dict>/.exec(text) ?? [];
  const pairs = body.matchAll(/<key>([\s\S]*?)<\/key>\s*<string>([\s\S]*?)<\/string>/g);
  const variables = Object.fromEntries([...pairs].map(([, key = '', value = '']) => [plain(key).trim(), plain(value)]));
  return { variables, files: [] };
}

function plain(xml: string): string {
  return xml.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
