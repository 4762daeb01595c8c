import { commands, l10n } from 'vscode';
import { COMMANDS } from '../contributions.ts';
import type { AgentId, HostId } from '../domain/ids.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import type { SharedMarks } from '../platform/sharedMarks.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import { isLoss } from '../sync/incidents.ts';
import type { IncidentSync, ProfileSync, SyncEngine } from '../sync/syncEngine.ts';
import { display } from '../view/display.ts';
import type { Choice, Messages } from './messages.ts';
import type { Model } from './model.ts';
import { conflictWords, incidentWords } from './syncWords.ts';

export interface SyncNoticesParts {
  readonly engine: Pick<SyncEngine, 'state' | 'onDidChange'>;
  readonly model: Pick<Model, 'status' | 'rootId'>;
  readonly marks: SharedMarks;
  readonly messages: Messages;
}

interface Loss {
  readonly agentId: AgentId;
  readonly incident: IncidentSync;
}

const NAMES_SHOWN = 3;

/** Tells what the engine asks of the user: each loss and each conflict once, over all windows. The tree shows them as long as they last. */
export class SyncNotices implements Disposable {
  readonly #parts: SyncNoticesParts;
  readonly #lifetime = new Lifetime();
  readonly #flight = new SingleFlight(() => this.#look());

  constructor(parts: SyncNoticesParts) {
    this.#parts = parts;
    this.#lifetime.add(parts.engine.onDidChange(() => void this.#flight.run()));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #look(): Promise<void> {
    const hostId = this.#parts.model.status()?.hostId;
    const { agents } = this.#parts.engine.state;
    if (hostId === undefined) return;
    const losses: Loss[] = [];
    for (const [agentId, { incident }] of agents)
      if ((await this.#isUntold(hostId, agentId, incident)) && incident !== null) losses.push({ agentId, incident });
    const conflicts: ProfileSync[] = [];
    for (const item of [...agents.values()].flatMap(({ profiles }) => [...profiles.values()]))
      if (item.conflict?.isDismissed === false && (await this.#parts.marks.claim(conflictName(item))))
        conflicts.push(item);
    if (this.#lifetime.isOver) return;
    if (losses.length > 0) void this.#tellLosses(losses);
    if (conflicts.length > 0) void this.#tellConflicts(conflicts);
  }

  /** A loss that ended may come again; it is then told again. */
  async #isUntold(hostId: HostId, agentId: AgentId, incident: IncidentSync | null): Promise<boolean> {
    const { marks } = this.#parts;
    const name = nameOf('told loss', hostId, agentId);
    if (incident === null) {
      await marks.take(name);
      return false;
    }
    // What is wrong with a store that has lost nothing is told as a finding.
    if (incident.isDismissed || incident.gone.length === 0) return false;
    const text = JSON.stringify([incident.kind, incident.gone]);
    if (await marks.claim(name, text)) return true;
    return (await marks.read(name)) !== text && marks.put(name, text);
  }

  async #tellLosses(losses: readonly Loss[]): Promise<void> {
    const { messages } = this.#parts;
    const [first] = losses;
    if (losses.length > 1 || first === undefined) {
      const names = listNames(losses.map(({ agentId }) => agentId));
      await messages.warn(l10n.t('Stores of {0} agents lost profiles, or cannot be read: {1}.', losses.length, names), [
        {
          label: l10n.t('Restore…'),
          run: () => commands.executeCommand<undefined>(COMMANDS.restore, { hostId: this.#parts.model.rootId }),
        },
      ]);
      return;
    }
    const { agentId, incident } = first;
    const said = incidentWords(incident, display(agentId));
    const target = { agentId, hostId: this.#parts.model.rootId };
    const asItIs: Choice = {
      label: l10n.t('Take the Store As It Is'),
      run: () => commands.executeCommand<undefined>(COMMANDS.dismissLoss, target),
    };
    const count = incident.restorable.length;
    if (count === 0 || !isLoss(incident)) {
      await messages.warn(l10n.t('{0} Nothing is copied to or from it until that is mended.', said), [asItIs]);
      return;
    }
    await messages.warn(l10n.t('{0} VS Code has copies of {1}.', said, count), [
      {
        label: l10n.t('Restore All'),
        run: () => commands.executeCommand<undefined>(COMMANDS.restoreAll, target),
      },
      { label: l10n.t('Choose…'), run: () => commands.executeCommand<undefined>(COMMANDS.restore, target) },
      asItIs,
    ]);
  }

  async #tellConflicts(conflicts: readonly ProfileSync[]): Promise<void> {
    const [first] = conflicts;
    if (first?.conflict === undefined || first.conflict === null) return;
    const { agentId, profileId } = first.identity;
    const words =
      conflicts.length === 1
        ? `${l10n.t('{0} of agent {1}', display(profileId), display(agentId))}: ${conflictWords(first.conflict.reason)}`
        : l10n.t(
            'VS Code and the store contradict each other about {0} profiles: {1}.',
            conflicts.length,
            listNames(conflicts.map(({ identity }) => identity.profileId)),
          );
    const hostId = this.#parts.model.rootId;
    const target = conflicts.length === 1 ? { agentId, profileId, hostId } : { hostId };
    await this.#parts.messages.warn(words, [
      { label: l10n.t('Resolve…'), run: () => commands.executeCommand<undefined>(COMMANDS.resolve, target) },
    ]);
  }
}

/** Says once that copies do not outlast the editor. */
export async function tellForgetfulness(messages: Messages, marks: SharedMarks): Promise<void> {
  if (!(await marks.claim('told forgetfulness'))) return;
  await messages.warn(
    l10n.t(
      'VS Code’s secret storage forgets here what it is given when the editor ends, so copies of credentials last only until then. The gateway’s store is not touched by that. On Linux a keyring such as gnome-keyring mends it.',
    ),
    [
      {
        label: l10n.t('Choose What VS Code Keeps…'),
        run: () => commands.executeCommand<undefined>(COMMANDS.chooseConsent),
      },
    ],
  );
}

function conflictName({ identity, vaultPrint, storePrint }: ProfileSync): string {
  const { hostId, agentId, profileId } = identity;
  return nameOf('told conflict', hostId, agentId, profileId, vaultPrint, storePrint);
}

function nameOf(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts);
}

function listNames(ids: readonly string[]): string {
  const shown = ids.slice(0, NAMES_SHOWN).map((id) => display(id));
  return ids.length > NAMES_SHOWN
    ? l10n.t('{0} and {1} more', shown.join(', '), ids.length - NAMES_SHOWN)
    : shown.join(', ');
}
