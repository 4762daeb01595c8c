import type { Change, Outcome } from '../domain/change.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { GatewayService } from '../gateway/service.ts';
import type { SyncEngine } from './syncEngine.ts';

/**
 * The gateway for commands: what a command is writing is left alone by the engine meanwhile. `onCutOff` is told of a change whose
 * link broke before the host had answered: what happened there shows only when it is back. `around` is what marks a write as the
 * user's own doing, to one provider or (`null`) to all.
 */
export function guardGateway(
  gateway: GatewayService,
  engine: Pick<SyncEngine, 'whileWriting'>,
  onCutOff: (change: Change) => void = () => {},
  around: <T>(provider: ProviderId | null, write: () => Promise<T>) => Promise<T> = (_provider, write) => write(),
): GatewayService {
  return {
    snapshot: (options) => gateway.snapshot(options),
    apply: async (change, options) => {
      const write = (): Promise<Outcome> => gateway.apply(change, options);
      const isOfProfile = 'profileId' in change;
      const outcome = await around(change.provider, () =>
        isOfProfile ? engine.whileWriting(change.agentId, change.profileId, write) : write(),
      );
      if (outcome.kind === 'unknown' && outcome.error.code === 'hostAway') onCutOff(change);
      return outcome;
    },
    readCredential: (agentId, profileId, options) => gateway.readCredential(agentId, profileId, options),
    probe: (agentId, options) => gateway.probe(agentId, options),
    doctor: (options) => gateway.doctor(options),
    sessions: (options) => gateway.sessions(options),
    askGateway: (asked, options) => gateway.askGateway(asked, options),
    pinSession: (pinning, options) => gateway.pinSession(pinning, options),
    putReference: (write, options) => around(write.provider, () => gateway.putReference(write, options)),
    putVariable: (write, options) => around(null, () => gateway.putVariable(write, options)),
    repair: (options) => around(null, () => gateway.repair(options)),
    watch: (onMaybeChanged) => gateway.watch(onMaybeChanged),
  };
}
