import type { CommandName } from '../../contributions.ts';
import type { Change, Outcome } from '../../domain/change.ts';
import type { ChangeAction, ChangeRecord, UndoMark } from '../../domain/changeRecord.ts';
import type { AgentId, Fingerprinter, ProfileId, ProviderId } from '../../domain/ids.ts';
import type { HostStatus } from '../../domain/status.ts';
import type { ApplyOptions } from '../../gateway/service.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Keepsake } from '../../sync/forget.ts';
import type { History } from '../../sync/history.ts';
import type { ProfileSync } from '../../sync/syncEngine.ts';
import type { TransferParts } from '../../sync/transfer.ts';
import type { Vault } from '../../vault/vault.ts';
import type { FoundNode } from '../checkTasks.ts';
import type { Log } from '../log.ts';
import type { Messages } from '../messages.ts';
import type { Documents } from '../documents.ts';
import type { HostView } from '../hostView.ts';
import type { Settings } from '../settings.ts';
import type { Undo } from '../undo.ts';
import type { HostSpec } from '../../hosts/hostSpec.ts';
import type { RemoteHost } from '../../hosts/remoteHost.ts';
import type { OwnFiles } from '../../platform/ownFiles.ts';
import type { RunProcess } from '../../platform/process.ts';
import type { AutomationPlaces } from '../../view/automation/artefacts.ts';
import type { TreeNode } from '../../view/treeNodes.ts';
import type { HostViews } from './chooseHost.ts';

/** Who changes something: a command, or what keeps both sides in agreement. `undoes`: the id of the change that it takes back. */
export interface Author {
  readonly command: CommandName | 'sync';
  readonly undoes: string | null;
}

/** What the check is made of when it runs without the editor. */
export interface AutomationSources {
  /** Of the extension. */
  readonly version: string;
  /** Of the extension's worker. */
  readonly workerText: () => Promise<string>;
  readonly findNode: () => Promise<FoundNode | null>;
  readonly files: OwnFiles;
  /** By which OpenClaw finds its files, as the editor has them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly places: AutomationPlaces;
}

/** What every command works with; built in `compose.ts`, but for the command itself. */
export interface CommandContext extends HostView {
  /** As it was shown when the command began; null before the first reading. */
  readonly before: HostStatus | null;
  /** Every host, this machine's gateway first. */
  readonly hosts: HostViews;
  readonly vault: Vault;
  readonly history: History;
  /** What the extension keeps beside the vault's copies. */
  readonly keepsakes: readonly Keepsake[];
  readonly undo: Undo;
  readonly author: Author;
  readonly fingerprint: Fingerprinter;
  readonly clock: Clock;
  readonly log: Log;
  readonly messages: Messages;
  readonly documents: Documents;
  readonly settings: () => Settings;
  /** What the user's choice of state directory changes in the environment of a terminal; null unsets. */
  readonly terminalEnv: Readonly<Record<string, string | null>>;
  /** The account's home directory, where terminals start. */
  readonly home: string;
  readonly run: RunProcess;
  /** Another way to a host that is not in the list yet. */
  readonly openRemote: (spec: HostSpec) => RemoteHost;
  readonly findProgram: (name: string, chosen: string | undefined) => Promise<string | null>;
  /** Forgets which reminders were given, put off or muted. */
  readonly resetReminders: () => Promise<void>;
  readonly automation: AutomationSources;
  readonly selectedNode: () => TreeNode | undefined;
  /** Targets that the user has confirmed in this window. */
  readonly confirmedTargets: Set<string>;
}

export function transferParts(context: CommandContext): TransferParts {
  const { vault, gateway, fingerprint, log } = context;
  return { vault, gateway, fingerprint, logger: log };
}

/** What a change was about, as the history names it. */
export interface ChangeSubject {
  readonly action: ChangeAction;
  readonly agentId?: AgentId;
  readonly provider?: ProviderId;
  readonly profileId?: ProfileId;
}

/** A change that has ended, and its record in the history. */
export interface Changed {
  readonly outcome: Outcome;
  readonly record: ChangeRecord;
}

/** Applies a change, and notes in the history how it ended. */
export async function applyChange(
  context: CommandContext,
  change: Change,
  undo: UndoMark,
  call?: ApplyOptions,
): Promise<Changed> {
  const outcome = await context.gateway.apply(change, call);
  return { outcome, record: await noteChange(context, { ...change, action: change.kind }, undo, outcome) };
}

/** Notes in the history what was done by other means. */
export function noteChange(
  { history, model, author }: Pick<CommandContext, 'history' | 'model' | 'author'>,
  { action, agentId, provider, profileId }: ChangeSubject,
  undo: UndoMark,
  outcome: Outcome,
): Promise<ChangeRecord> {
  const status = model.status();
  const host = status === null ? '' : `${status.userName}@${status.hostName}`;
  const place = { agentId: agentId ?? null, provider: provider ?? null, profileId: profileId ?? null };
  const by = { by: author.command, undoes: author.undoes };
  const note = { action, ...by, host, stateDir: status?.stateDir ?? '', ...place, undo };
  return history.add(note, outcome);
}

/** Notes a value that moved by itself. */
export async function noteSync(
  parts: Pick<CommandContext, 'history' | 'model'>,
  { identity, action }: ProfileSync,
  outcome: Outcome,
): Promise<void> {
  const done: ChangeAction = action === 'pull' ? 'keepCopy' : action === 'remove' ? 'removeProfile' : 'putCredential';
  const author: Author = { command: 'sync', undoes: null };
  await noteChange({ ...parts, author }, { ...identity, action: done }, 'never', outcome);
}
