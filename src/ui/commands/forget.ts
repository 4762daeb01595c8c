import { commands, l10n } from 'vscode';
import type { HostStatus } from '../../domain/status.ts';
import { forgetKept, type ForgetResult, type KeptItem, listKept } from '../../sync/forget.ts';
import { display } from '../../view/display.ts';
import { keptWords } from '../keptWords.ts';
import type { CommandContext } from './context.ts';

/** Forgets everything that the extension keeps, after it was listed. Nothing of a gateway is touched. */
export async function forgetEverything(context: CommandContext): Promise<void> {
  const { items, error } = await listKept(context.vault, context.keepsakes);
  if (error !== null) {
    void context.messages.warn(
      l10n.t('VS Code’s secret storage does not say what it holds, so nothing was forgotten. Try again later.'),
    );
    return;
  }
  if (items.length === 0) {
    void context.messages.inform(l10n.t('OpenClaw Auth keeps nothing.'));
    return;
  }
  const isSure = await context.messages.confirm(
    l10n.t('Forget everything that OpenClaw Auth keeps?'),
    [...items.map((item) => keptWords(item, statusesOf(context))), ...warnings(context, items)].join('\n'),
    l10n.t('Forget Everything'),
  );
  if (isSure) await forget(context, items);
}

/** What the user should know before they agree. */
function warnings({ hosts }: CommandContext, items: readonly KeptItem[]): string[] {
  const last = hosts.flatMap(({ model }) => (model.status()?.agents ?? []).flatMap(({ id }) => model.kept(id)));
  return [
    ...(last.length > 0
      ? [l10n.t('Only in VS Code, so lost for good: {0}', last.map(({ profileId }) => display(profileId)).join(', '))]
      : []),
    ...(items.some(({ kind }) => kind === 'copies') ? [l10n.t('This cannot be undone.')] : []),
    l10n.t('The gateway’s store is not touched.'),
  ];
}

function statusesOf({ hosts }: CommandContext): readonly HostStatus[] {
  return hosts.flatMap(({ model }) => model.status() ?? []);
}

async function forget(context: CommandContext, items: readonly KeptItem[]): Promise<void> {
  const results = await context.messages.during(l10n.t('Forgetting what OpenClaw Auth keeps'), ({ signal }) =>
    forgetKept(context.vault, context.keepsakes, items, signal),
  );
  context.undo.clear();
  context.confirmedTargets.clear();
  await Promise.all(context.hosts.map(({ model }) => model.reload()));
  report(context, results);
}

function report(context: CommandContext, results: readonly ForgetResult[]): void {
  const shown = statusesOf(context);
  const left = results.filter(({ outcome }) => outcome.kind !== 'done').map(({ item }) => keptWords(item, shown));
  if (left.length > 0) {
    const text = l10n.t('Not everything could be forgotten. What is left, or may be: {0}', left.join('; '));
    const again = { label: l10n.t('Try Again'), run: () => forgetEverything(context) };
    void context.messages.warn(text, [again]);
    return;
  }
  void context.messages.inform(
    l10n.t(
      'Everything is forgotten. The gateway’s store was not touched. Reload each open window, so that none goes on with what it had read.',
    ),
    [
      {
        label: l10n.t('Reload Window'),
        run: () => commands.executeCommand<undefined>('workbench.action.reloadWindow'),
      },
    ],
  );
}
