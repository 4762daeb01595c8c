import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { Credential } from '../../domain/credential.ts';
import { AppError } from '../../domain/errors.ts';
import { profileId, type Fingerprint } from '../../domain/ids.ts';
import type { ProfileSync, Resolution } from '../../sync/syncEngine.ts';
import type { VaultRead } from '../../vault/vault.ts';
import { display, withoutMarkup } from '../../view/display.ts';
import { freeProfileId, takenNames } from '../../view/profileNames.ts';
import type { Argument } from '../../view/targets.ts';
import { conflictWords } from '../syncWords.ts';
import { dateTime, typeWords } from '../words.ts';
import { concludeChange } from './concludeChange.ts';
import { noteChange, type CommandContext } from './context.ts';
import { askText, judgeName, pickOne } from './pick.ts';
import { readReplaced } from './replaced.ts';
import { rowsNow } from './target.ts';
import { undoOfCopy, undoOfPush } from './undoParts.ts';

type Answer = 'store' | 'vault' | 'both' | 'later' | 'show';

interface Row extends QuickPickItem {
  readonly answer?: Answer;
}

/** What is known of both sides without their values; the ends of the values only when the user asked to see them. */
interface Sides {
  readonly vault: VaultRead;
  readonly ends: { readonly vault: string | null; readonly store: string | null } | null;
}

/** Shows what stands on both sides of a conflict, and does what the user decides. */
export async function resolveConflict(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Resolve Conflict');
  const item = await resolveItem(context, argument, title);
  if (item === null) return;
  const vault = await context.vault.read(item.identity);
  let answer = await ask(context, item, { vault, ends: null });
  if (answer === 'show') answer = await ask(context, item, { vault, ends: await readEnds(context, item, vault) });
  if (answer === 'later') return context.engine.postpone(item);
  if (answer === undefined || answer === 'show') return;
  const resolution = await toResolution(context, item, answer, title);
  if (resolution !== null) await resolve(context, item, resolution, vault);
}

async function resolveItem(context: CommandContext, argument: Argument, title: string): Promise<ProfileSync | null> {
  const wanted = rowsNow(context).wantedBy(argument);
  const conflicts = [...context.engine.state.agents.values()]
    .flatMap(({ profiles }) => [...profiles.values()])
    .filter(({ conflict }) => conflict !== null)
    .filter(({ identity }) => wanted.agentId === undefined || identity.agentId === wanted.agentId)
    .filter(({ identity }) => wanted.profileId === undefined || identity.profileId === wanted.profileId);
  if (conflicts.length === 0) {
    void context.messages.inform(l10n.t('VS Code and the store do not contradict each other.'));
    return null;
  }
  const options = conflicts.map((value) => ({
    label: display(value.identity.profileId),
    description: display(value.identity.agentId),
    value,
  }));
  return (await pickOne(title, l10n.t('Choose a profile'), options)) ?? null;
}

async function ask(context: CommandContext, item: ProfileSync, sides: Sides): Promise<Answer | undefined> {
  const { identity, conflict } = item;
  const isRemoved = item.cell.vault === 'deleted';
  const rows: readonly Row[] = [
    {
      label: isRemoved ? `$(trash) ${l10n.t('Remove It from the Store')}` : `$(vm) ${l10n.t('Keep VS Code’s')}`,
      description: printWords(item.vaultPrint, sides.ends?.vault),
      detail: withoutMarkup(vaultWords(sides)),
      answer: 'vault',
    },
    {
      label: `$(server) ${l10n.t('Keep the Store’s')}`,
      description: printWords(item.storePrint, sides.ends?.store),
      detail: withoutMarkup(storeWords(context, item)),
      answer: 'store',
    },
    ...(isRemoved
      ? []
      : [
          {
            label: `$(split-horizontal) ${l10n.t('Keep Both…')}`,
            detail: l10n.t('VS Code’s goes to another id of this provider, here and in the store.'),
            answer: 'both' as const,
          },
        ]),
    { label: '', kind: QuickPickItemKind.Separator },
    ...(sides.ends === null
      ? [{ label: `$(eye) ${l10n.t('Show Last Four Characters')}`, answer: 'show' as const }]
      : []),
    { label: `$(watch) ${l10n.t('Decide Later')}`, answer: 'later' },
  ];
  const picked = await window.showQuickPick(rows, {
    title: l10n.t('Conflict: {0} of agent {1}', display(identity.profileId), display(identity.agentId)),
    placeHolder: conflict === null ? '' : conflictWords(conflict.reason),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.answer;
}

function vaultWords({ vault }: Sides): string {
  if (vault.kind === 'deleted') return l10n.t('removed in VS Code {0}', dateTime(vault.tombstone.deletedAt));
  if (vault.kind !== 'present') return l10n.t('no copy');
  const { credential, issuedAt } = vault.envelope;
  return [
    typeWords(credential.type),
    l10n.t('{0} characters', credential.secret.length),
    l10n.t('since {0}', dateTime(issuedAt)),
    ...expiryWords(credential.type === 'token' ? credential.expiresAt : null),
  ].join(' · ');
}

function storeWords(context: CommandContext, { profile }: ProfileSync): string {
  if (profile === null) return l10n.t('no such profile');
  const { type, material, expiry } = profile;
  const status = context.model.status();
  return [
    typeWords(type),
    ...(material.kind === 'value' ? [l10n.t('{0} characters', material.length)] : []),
    ...(status === null ? [] : [l10n.t('seen {0}', dateTime(status.readAt))]),
    ...expiryWords(expiry.kind === 'at' ? expiry.unixMs : null),
  ].join(' · ');
}

const PRINT_SHOWN = 8;

function printWords(print: Fingerprint | null, end: string | null | undefined): string {
  const words = print === null ? [] : [l10n.t('fingerprint {0}', print.slice(0, PRINT_SHOWN))];
  return withoutMarkup([...words, ...(end ? [l10n.t('ends in {0}', display(end))] : [])].join(' · '));
}

function expiryWords(expiresAt: number | null): string[] {
  return expiresAt === null ? [] : [l10n.t('expires {0}', dateTime(expiresAt))];
}

async function readEnds(
  { gateway, log }: CommandContext,
  { identity: { agentId, profileId } }: ProfileSync,
  vault: VaultRead,
): Promise<Sides['ends']> {
  const stored = await gateway.readCredential(agentId, profileId).catch((thrown: unknown) => {
    log.warn('the value could not be read to show its end', { code: AppError.from(thrown).code });
    return null;
  });
  const endOf = (credential: Credential | null): string | null => credential?.secret.lastFour() ?? null;
  return { vault: endOf(vault.kind === 'present' ? vault.envelope.credential : null), store: endOf(stored) };
}

async function toResolution(
  { model }: CommandContext,
  { identity }: ProfileSync,
  answer: 'store' | 'vault' | 'both',
  title: string,
): Promise<Resolution | null> {
  if (answer !== 'both') return { keep: answer };
  const agent = model.status()?.agents.find(({ id }) => id === identity.agentId);
  if (agent === undefined) return null;
  const taken = takenNames(agent, model.kept(agent.id));
  const name = await askText(
    title,
    l10n.t('Profile id for VS Code’s credential'),
    freeProfileId(taken, identity.provider),
    (value) =>
      taken.inStore.has(value.trim()) || taken.inVault.has(value.trim())
        ? l10n.t('There is a profile of this name. Choose another name.')
        : judgeName(value),
  );
  return name === undefined ? null : { keep: 'both', otherId: profileId(name.trim()) };
}

async function resolve(
  context: CommandContext,
  item: ProfileSync,
  resolution: Resolution,
  vault: VaultRead,
): Promise<void> {
  const { identity, profile } = item;
  const name = display(identity.profileId);
  const before = resolution.keep === 'vault' ? await readReplaced(context, identity, profile) : null;
  const outcome = await context.messages.during(l10n.t('Resolving the conflict about {0}', name), (call) =>
    context.engine.resolve(item, resolution, call),
  );
  const action = actionOf(item, resolution);
  const canUndo = resolution.keep === 'store' || (before !== null && action === 'putCredential');
  const mark = canUndo ? 'offered' : action === 'putCredential' ? 'valueUnknown' : 'never';
  const record = await noteChange(context, { ...identity, action }, mark, outcome);
  await concludeChange(context, { outcome, record }, doneWords(resolution, name), () => {
    if (resolution.keep === 'store') return undoOfStoreKept(context, item, vault, record);
    if (vault.kind !== 'present') return null;
    return undoOfPush(context, identity, { credential: vault.envelope.credential, before, record });
  });
}

function undoOfStoreKept(
  context: CommandContext,
  { identity, storePrint }: ProfileSync,
  before: VaultRead,
  record: Parameters<typeof undoOfCopy>[2]['record'],
) {
  if (before.kind === 'unreadable' || storePrint === null) return null;
  return undoOfCopy(context, identity, { before, after: storePrint, record });
}

function actionOf({ cell }: ProfileSync, { keep }: Resolution): 'putCredential' | 'removeProfile' | 'keepCopy' {
  if (keep === 'store') return 'keepCopy';
  return keep === 'vault' && cell.vault === 'deleted' ? 'removeProfile' : 'putCredential';
}

function doneWords(resolution: Resolution, name: string): string {
  switch (resolution.keep) {
    case 'store':
      return l10n.t('{0}: VS Code has the store’s credential now.', name);
    case 'vault':
      return l10n.t('{0}: the store is as VS Code has it now.', name);
    case 'both':
      return l10n.t('{0} has the store’s credential, {1} the one of VS Code.', name, display(resolution.otherId));
  }
}
