import type { Outcome } from '../../domain/change.ts';
import type { Fingerprinter } from '../../domain/ids.ts';
import type { GatewayService } from '../../gateway/service.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TransferParts } from '../../sync/transfer.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Log } from '../log.ts';
import type { Choice, Messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Settings } from '../settings.ts';
import type { TreeNode } from '../../view/treeModel.ts';

/** What every command works with; built once, in `compose.ts`. */
export interface CommandContext {
  readonly model: Model;
  readonly gateway: GatewayService;
  readonly vault: Vault;
  readonly fingerprint: Fingerprinter;
  readonly clock: Clock;
  readonly log: Log;
  readonly messages: Messages;
  readonly settings: () => Settings;
  /** What the user's choice of state directory changes in the environment of a terminal; null unsets. */
  readonly terminalEnv: Readonly<Record<string, string | null>>;
  /** The account's home directory, where terminals start. */
  readonly home: string;
  readonly findProgram: (name: string, chosen: string | undefined) => Promise<string | null>;
  /** Forgets which reminders were given, put off or muted. */
  readonly resetReminders: () => Promise<void>;
  readonly selectedNode: () => TreeNode | undefined;
  /** Targets that the user has confirmed in this window. */
  readonly confirmedTargets: Set<string>;
}

export function transferParts(context: CommandContext): TransferParts {
  const { vault, gateway, fingerprint, log } = context;
  return { vault, gateway, fingerprint, logger: log };
}

/** Says how a change ended and shows the store as it is now. True when it is done and read back. */
export async function conclude(
  context: CommandContext,
  outcome: Outcome,
  whenDone: string,
  choices: readonly Choice[] = [],
): Promise<boolean> {
  await context.model.reload();
  if (outcome.kind === 'done') {
    void context.messages.inform(whenDone, choices);
    void context.messages.reportNotices(outcome.notices);
    return true;
  }
  void context.messages.reportOutcome(outcome);
  return false;
}
