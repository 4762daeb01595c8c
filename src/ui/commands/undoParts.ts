import { l10n } from 'vscode';
import type { Outcome, SeenCredential, SeenOrder } from '../../domain/change.ts';
import type { ChangeRecord } from '../../domain/changeRecord.ts';
import { type Credential, fingerprintCredential } from '../../domain/credential.ts';
import { seenCredential, seenOrder } from '../../domain/expectation.ts';
import type { AgentId, Fingerprint, ProviderId } from '../../domain/ids.ts';
import { type OrderBefore, restoreProfile } from '../../sync/removal.ts';
import type { ProfileIdentity, VaultRead } from '../../vault/vault.ts';
import { display } from '../../view/display.ts';
import type { UndoPart } from '../undo.ts';
import { applyChange, noteChange, transferParts, type CommandContext } from './context.ts';
import { identityOf, type Place } from './place.ts';

/** How each kind of change is taken back. What the change left is expected there, so nobody else's change is written over. */

/** A credential that was written, and the one before it; null where the write made the profile. */
export interface Written {
  readonly credential: Credential;
  readonly before: Credential | null;
  readonly record: ChangeRecord;
}

/** Of a credential that was entered: the one before it comes back, or the profile goes that it had made. VS Code's copy follows. */
export function undoOfStore(context: CommandContext, place: Place, written: Written): UndoPart {
  return undoOfPut(context, place, written, () => takeCopyBack(context, place, written.before));
}

/** Of a copy that was pushed: the same in the store, but VS Code's copy stays, for it was there before. */
export function undoOfPush(context: CommandContext, place: Place, written: Written): UndoPart {
  return undoOfPut(context, place, written, () => Promise.resolve());
}

function undoOfPut(
  context: CommandContext,
  place: Place,
  { credential, before, record }: Written,
  whenDone: () => Promise<void>,
): UndoPart {
  const shown = shownCredential(context, place);
  const expected = shown === 'hidden' ? 'hidden' : fingerprintCredential(credential, context.fingerprint);
  const own = asUndo(context, record);
  const { agentId, provider, profileId } = place;
  const where = { agentId, provider, profileId, expected } as const;
  const name = display(profileId);
  return {
    record,
    subject: subjectOf(place),
    whenDone: () =>
      before === null ? l10n.t('{0} was removed again.', name) : l10n.t('{0} has its earlier credential again.', name),
    isUntouched: () => shownCredential(context, place) === expected,
    run: async (call) => {
      const change =
        before === null
          ? ({ kind: 'removeProfile', ...where } as const)
          : ({ kind: 'putCredential', ...where, credential: before } as const);
      const { outcome } = await applyChange(own, change, 'never', call);
      if (outcome.kind === 'done') await whenDone();
      return outcome;
    },
  };
}

/** Of an order that was set or cleared; `before` is what the store had, `after` what it was given. */
export function undoOfOrder(
  context: CommandContext,
  place: { readonly agentId: AgentId; readonly provider: ProviderId },
  { before, after, record }: { readonly before: SeenOrder; readonly after: SeenOrder; readonly record: ChangeRecord },
): UndoPart {
  const own = asUndo(context, record);
  const where = { ...place, expected: after };
  return {
    record,
    subject: l10n.t('order of {0} for agent {1}', display(place.provider), display(place.agentId)),
    whenDone: () => l10n.t('The order of {0} is as before.', display(place.provider)),
    isUntouched: () => JSON.stringify(orderNow(context, place)) === JSON.stringify(after),
    run: async (call) => {
      const change =
        before === null
          ? ({ kind: 'clearOrder', ...where } as const)
          : ({ kind: 'setOrder', ...where, profileIds: before } as const);
      return (await applyChange(own, change, 'never', call)).outcome;
    },
  };
}

/** Of a removal, which also took the profile out of the order that was set for the agent: `order` is that order. */
export function undoOfRemoval(
  context: CommandContext,
  identity: ProfileIdentity,
  {
    before,
    order,
    record,
  }: { readonly before: Credential; readonly order: OrderBefore; readonly record: ChangeRecord },
): UndoPart {
  const own = asUndo(context, record);
  const name = display(identity.profileId);
  let hasPlace = true;
  return {
    record,
    subject: subjectOf(identity),
    whenDone: () =>
      hasPlace
        ? l10n.t('{0} is back.', name)
        : l10n.t('{0} is back, but not its place in the order. Move it there in the tree.', name),
    isUntouched: () => shownCredential(context, identity) === null,
    run: async (call) => {
      const restored = await restoreProfile(transferParts(own), identity, before, order, {
        ...call,
        keeps: own.engine.state.consent !== 'off',
      });
      await noteChange(own, { ...identity, action: 'putCredential' }, 'never', restored.credential);
      if (restored.order !== null) {
        hasPlace = restored.order.kind === 'done';
        const subject = { agentId: identity.agentId, provider: order.provider, action: 'setOrder' } as const;
        await noteChange(own, subject, 'never', restored.order);
      }
      return restored.credential;
    },
  };
}

/** A change to VS Code's copy alone. */
export interface CopyChange {
  readonly before: Exclude<VaultRead, { kind: 'unreadable' }>;
  /** Which credential was left, or that it was removed. */
  readonly after: Fingerprint | 'deleted';
  readonly record: ChangeRecord;
}

export function undoOfCopy(
  context: CommandContext,
  identity: ProfileIdentity,
  { before, after, record }: CopyChange,
): UndoPart {
  return {
    record,
    subject: subjectOf(identity),
    whenDone: () =>
      before.kind === 'present'
        ? l10n.t('VS Code’s copy of {0} is as before.', display(identity.profileId))
        : l10n.t('VS Code keeps no copy of {0} again.', display(identity.profileId)),
    isUntouched: async () => copyText(await context.vault.read(identity)) === after,
    run: () => putCopyBack(context, identity, before),
  };
}

async function putCopyBack(
  { vault }: CommandContext,
  identity: ProfileIdentity,
  before: CopyChange['before'],
): Promise<Outcome> {
  if (before.kind === 'present') {
    const { credential, issuedAt, baseFingerprint } = before.envelope;
    return vault.put(identity, credential, { issuedAt, baseFingerprint });
  }
  // A tombstone would say that the user wanted the profile gone; there was none, or one that says so already.
  return before.kind === 'absent' ? vault.forget(identity) : vault.remove(identity);
}

/** Which credential the copy is, if any. */
function copyText(read: VaultRead): string {
  return read.kind === 'present' ? read.envelope.fingerprint : read.kind;
}

/** VS Code's copy follows the store, as it did when the credential was entered. */
async function takeCopyBack(context: CommandContext, place: Place, before: Credential | null): Promise<void> {
  if (context.engine.state.consent === 'off') return;
  const identity = identityOf(context, place);
  const copied =
    before === null
      ? await context.vault.remove(identity)
      : await context.vault.put(identity, before, {
          baseFingerprint: fingerprintCredential(before, context.fingerprint),
        });
  if (copied.kind !== 'done') void context.messages.report(copied.error);
}

function asUndo(context: CommandContext, { id }: ChangeRecord): CommandContext {
  return { ...context, author: { command: 'undo', undoes: id } };
}

function shownCredential({ model }: CommandContext, { agentId, profileId }: Place): SeenCredential | null {
  return seenCredential(model.profile(agentId, profileId));
}

/** As the user is shown it now. */
function orderNow(
  { model }: CommandContext,
  { agentId, provider }: { readonly agentId: AgentId; readonly provider: ProviderId },
): SeenOrder {
  const agents = model.status()?.agents ?? [];
  const providers = agents.find(({ id }) => id === agentId)?.providers ?? [];
  const found = providers.find(({ id }) => id === provider);
  return found === undefined ? null : seenOrder(found.order);
}

function subjectOf({ agentId, profileId }: Pick<Place, 'agentId' | 'profileId'>): string {
  return l10n.t('{0} of agent {1}', display(profileId), display(agentId));
}
