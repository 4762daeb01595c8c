import { parseHostSpecs, type SshDestination } from './hostSpec.ts';

export interface SshConfigNames {
  /** Hosts that the file names, without patterns, each once. */
  readonly aliases: readonly SshDestination[];
  /** Patterns of further files, as written; relative ones are below `~/.ssh`. */
  readonly includes: readonly string[];
}

const LINE = /^\s*(?<keyword>host|include)(?:\s*=\s*|\s+)(?<values>.*?)\s*$/i;
const WORD = /"(?<quoted>[^"]*)"|(?<plain>[^\s"]+)/g;

/** The names that one ssh configuration file offers. ssh itself reads everything else of it. */
export function parseSshConfigNames(text: string): SshConfigNames {
  const aliases = new Set<SshDestination>();
  const includes: string[] = [];
  for (const line of text.split('\n')) {
    const { keyword, values } = LINE.exec(line)?.groups ?? {};
    const words = [...(values ?? '').matchAll(WORD)].map(({ groups }) => groups?.['quoted'] ?? groups?.['plain'] ?? '');
    const end = words.findIndex((word) => word.startsWith('#'));
    const named = end < 0 ? words : words.slice(0, end);
    if (keyword?.toLowerCase() === 'include') includes.push(...named);
    else for (const alias of named.flatMap(destinationOf)) aliases.add(alias);
  }
  return { aliases: [...aliases], includes };
}

function destinationOf(name: string): readonly SshDestination[] {
  const [spec] = parseHostSpecs([{ kind: 'ssh', destination: name }]).specs;
  return spec?.kind === 'ssh' ? [spec.destination] : [];
}
