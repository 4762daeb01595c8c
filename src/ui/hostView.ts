import type { GatewayService } from '../gateway/service.ts';
import type { HostSpec } from '../hosts/hostSpec.ts';
import type { RemoteHost } from '../hosts/remoteHost.ts';
import type { SyncEngine } from '../sync/syncEngine.ts';
import type { Model } from './model.ts';

/** One gateway as commands work with it. */
export interface HostView {
  readonly model: Model;
  readonly gateway: GatewayService;
  readonly engine: SyncEngine;
  /** How it is reached; null: it is on this machine. */
  readonly remote: { readonly spec: HostSpec; readonly host: RemoteHost } | null;
}
