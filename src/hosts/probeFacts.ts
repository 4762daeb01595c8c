import type { BootLine, ProbeFact } from './bootstrap.ts';
import type { HostSpec } from './hostSpec.ts';

const IDS = /^\d{1,10}:\d{1,10}$/;

/**
 * `uid:gid` of the gateway that runs on the host that said this of itself, where that is another user than the one who asked: what
 * this one writes the gateway might not be able to read.
 */
export function userOfGateway(lines: readonly BootLine[]): string | null {
  const gateway = factOf(lines, 'gateway');
  const [uid] = factOf(lines, 'user').split(' ');
  return IDS.test(gateway) && gateway.split(':')[0] !== uid ? gateway : null;
}

/**
 * Whether a login into this distribution of WSL would miss the gateway: none runs in it, and what is stored there no other
 * distribution sees. On other hosts a gateway that does not run is not another one.
 */
export function mayMissGateway({ kind }: HostSpec, lines: readonly BootLine[]): boolean {
  return kind === 'wsl' && factOf(lines, 'gateway') === '';
}

/** Whether a program was found on the PATH of the login shell there. */
export function hasProgram(lines: readonly BootLine[], name: 'openclaw' | 'claude'): boolean {
  return factOf(lines, name) !== '';
}

function factOf(lines: readonly BootLine[], name: ProbeFact): string {
  const found = lines.find((line) => line.kind === 'fact' && line.name === name);
  return found?.kind === 'fact' ? found.value : '';
}
