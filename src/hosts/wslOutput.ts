import { parseHostSpecs, type WslDistribution } from './hostSpec.ts';

/** The question whose answer {@link parseDistributions} reads. Constant. */
export const LIST_DISTRIBUTIONS: readonly string[] = ['--list', '--verbose'];

export interface Distribution {
  readonly name: WslDistribution;
  /** Where `wsl.exe` goes when none is named. */
  readonly isDefault: boolean;
  readonly version: 1 | 2;
}

const BYTE_ORDER_MARK = '\ufeff';

/** Output of `wsl.exe`, as bytes: its own words are UTF-16 without a mark unless it knows `WSL_UTF8`; those of a program in it are not. */
export function decodeWslOutput(bytes: Buffer): string {
  const isWide = bytes.length % 2 === 0 && bytes.includes(0);
  const text = bytes.toString(isWide ? 'utf16le' : 'utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** The heading and the state are in the language of Windows; mark, name and version are not. */
const ROW = /^(?<mark>[* ]) (?<name>\S+)\s+(?<state>.*\S)\s+(?<version>[12])$/;

/** Distributions by the table that `wsl.exe` prints. One whose name is more than a name is left out. */
export function parseDistributions(text: string): readonly Distribution[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const { mark, name, version } = ROW.exec(line.trimEnd())?.groups ?? {};
    const [spec] = parseHostSpecs([{ kind: 'wsl', distribution: name }]).specs;
    if (spec?.kind !== 'wsl') return [];
    return [{ name: spec.distribution, isDefault: mark === '*', version: version === '1' ? 1 : 2 }];
  });
}
