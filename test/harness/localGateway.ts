import { createHash } from 'node:crypto';
import path from 'node:path';
import { fingerprint } from '../../src/domain/ids.ts';
import { createLocalService } from '../../src/gateway/localService.ts';
import type { LocalOptions } from '../../src/gateway/localReader.ts';
import type { GatewayService } from '../../src/gateway/service.ts';
import { systemClock, type Clock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { runProcess } from '../../src/platform/process.ts';
import { cleanEnv, type OpenClaw } from './openclaw.ts';

export interface LocalGatewayOptions {
  /** Without one there is no program on PATH, and the release is learnt from the files. */
  readonly cli?: OpenClaw;
  readonly clock?: Clock;
  /** Beside what the program needs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onEcho?: LocalOptions['onEcho'];
}

/** Our side of the gateway whose home this is. */
export function openLocalGateway(
  home: string,
  { cli, clock = systemClock, env = {}, onEcho }: LocalGatewayOptions = {},
): GatewayService {
  return createLocalService({
    env: { ...(cli === undefined ? { HOME: home } : cleanEnv(cli, home)), ...env },
    home,
    machine: 'test machine',
    clock,
    ...(onEcho === undefined ? {} : { onEcho }),
    runProcess,
    logger: silentLogger,
    fingerprint: (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12)),
    workerPath: path.resolve(import.meta.dirname, '../../dist/worker.mjs'),
  });
}
