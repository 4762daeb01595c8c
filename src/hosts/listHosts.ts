import type { ProcessResult, RunProcess } from '../platform/process.ts';
import { classifyEnding } from './classify.ts';
import { LIST_CONTAINERS, parseContainers } from './containerOutput.ts';
import { HostFailure } from './hostFailure.ts';
import { parseHostSpecs, type HostSpec } from './hostSpec.ts';
import { decodeWslOutput, LIST_DISTRIBUTIONS, parseDistributions } from './wslOutput.ts';

/** What this machine can tell the hosts of. */
export type ListedKind = 'docker' | 'podman' | 'wsl';

export interface ListingParts {
  readonly run: RunProcess;
  /** Absolute path of a program of this machine; null where there is none. */
  readonly findProgram: (name: string) => Promise<string | null>;
}

const LIST_LIMIT_MS = 15_000;

/** Running containers, or distributions. Throws `HostFailure`: `programMissing`, why the engine refuses, `listingFailed`. */
export async function listHosts(kind: ListedKind, { run, findProgram }: ListingParts): Promise<readonly HostSpec[]> {
  const file = await findProgram(kind);
  if (file === null) throw new HostFailure('programMissing', { errno: 'ENOENT' });
  const args = kind === 'wsl' ? LIST_DISTRIBUTIONS : LIST_CONTAINERS;
  // Every byte as a character: WSL prints UTF-16.
  const result = await run({ file, args, encoding: 'latin1', timeoutMs: LIST_LIMIT_MS });
  if (result.kind !== 'exited' || result.code !== 0) throw whyNot(kind, result);
  const bytes = Buffer.from(result.stdout, 'latin1');
  const records =
    kind === 'wsl'
      ? parseDistributions(decodeWslOutput(bytes)).map(({ name }) => ({ kind, distribution: name }))
      : parseContainers(bytes.toString()).map((container) => ({ kind: 'container', engine: kind, ...container }));
  return parseHostSpecs(records).specs;
}

function whyNot(kind: ListedKind, result: ProcessResult): HostFailure {
  if (result.kind !== 'exited') return new HostFailure('listingFailed');
  const failure = classifyEnding({
    ...{ kind: kind === 'wsl' ? 'wsl' : 'container', end: result, hasAgent: false, wasUp: false },
    stderr: Buffer.from(result.stderr, 'latin1'),
  });
  return failure.code === 'loginEnded' ? new HostFailure('listingFailed', failure.details) : failure;
}
