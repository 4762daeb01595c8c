import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

/** A network of its own behind a cable, whose plug can be pulled. Linux, root and `ip` of iproute2 only. */
export interface TestNetwork {
  /** Of a machine in it, as this one reaches it. */
  readonly address: string;
  /** What a program in it is started with. */
  readonly prefix: readonly string[];
  readonly unplug: () => void;
  readonly plug: () => void;
  readonly remove: () => void;
}

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

export function startNetwork(): TestNetwork {
  const name = `oca${String(process.pid)}`;
  const part = process.pid % 250;
  const [here, address] = [`10.213.${String(part)}.1`, `10.213.${String(part)}.2`];
  const [near, far] = [`${name}a`, `${name}b`];
  ip('netns', 'add', name);
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
  ip('address', 'add', `${here}/30`, 'dev', near);
  ip('link', 'set', near, 'up');
  ip('-n', name, 'address', 'add', `${address}/30`, 'dev', far);
  for (const device of ['lo', far]) ip('-n', name, 'link', 'set', device, 'up');
  return {
    address,
    prefix: ['ip', 'netns', 'exec', name],
    unplug: () => ip('link', 'set', near, 'down'),
    plug: () => ip('link', 'set', near, 'up'),
    remove: () => ip('netns', 'delete', name),
  };
}

/** Why there can be no such network; null where there can. */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux' || userInfo().uid !== 0) return 'a network of its own takes root, on Linux';
  try {
    startNetwork().remove();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
