import type { GatewayService } from '../gateway/service.ts';
import type { SyncEngine } from './syncEngine.ts';

/** The gateway for commands: what a command is writing is left alone by the engine meanwhile. */
export function guardGateway(gateway: GatewayService, engine: Pick<SyncEngine, 'whileWriting'>): GatewayService {
  return {
    snapshot: (options) => gateway.snapshot(options),
    apply: (change, options) =>
      'profileId' in change
        ? engine.whileWriting(change.agentId, change.profileId, () => gateway.apply(change, options))
        : gateway.apply(change, options),
    readCredential: (agentId, profileId, options) => gateway.readCredential(agentId, profileId, options),
    repair: (options) => gateway.repair(options),
    watch: (onMaybeChanged) => gateway.watch(onMaybeChanged),
  };
}
