import { l10n } from 'vscode';
import type { Outcome } from '../../domain/change.ts';
import { AppError } from '../../domain/errors.ts';
import type { RepairOutcome } from '../../gateway/service.ts';
import { display } from '../../view/display.ts';
import { noteChange, type CommandContext } from './context.ts';
import { requireStatus } from './target.ts';

/** `openclaw doctor --fix` after a copy of the credential files, with a question before and the outcome after. */
export async function repairStore(context: CommandContext): Promise<void> {
  const status = await requireStatus(context);
  if (status === null) return;
  const isSure = await context.messages.confirm(
    l10n.t('Repair the store with openclaw doctor?'),
    [
      l10n.t('Gateway host: {0}, user: {1}', display(status.hostName), display(status.userName)),
      l10n.t('State directory: {0}', display(status.stateDir)),
      l10n.t('First the files that hold credentials are copied to a directory that only you can read.'),
      l10n.t(
        'Then "openclaw doctor --fix" runs: it may import, rewrite and archive credentials, configuration and other state.',
      ),
    ].join('\n'),
    l10n.t('Repair'),
  );
  if (!isSure) return;
  const outcome = await context.messages.during(l10n.t('Repairing the store with openclaw doctor'), ({ signal }) =>
    context.gateway.repair({ signal }),
  );
  if (outcome.kind !== 'notStarted') await noteRepair(context, outcome);
  await context.model.reload();
  report(context, outcome);
}

/** What the doctor did, also one that ended early, is its own: there is no undo but the copies. */
async function noteRepair(
  context: CommandContext,
  outcome: Exclude<RepairOutcome, { kind: 'notStarted' }>,
): Promise<void> {
  const ending: Outcome =
    outcome.kind === 'repaired'
      ? { kind: 'done', isNoop: false }
      : { kind: 'unknown', error: outcome.error ?? new AppError('writeNotConfirmed') };
  await noteChange(context, { action: 'repair' }, 'never', ending);
  context.undo.refuse(l10n.t('openclaw doctor ran.'), 'never');
}

function report({ messages }: CommandContext, outcome: RepairOutcome): void {
  switch (outcome.kind) {
    case 'notStarted':
      return void messages.report(outcome.error);
    case 'unknown':
      return void messages.reportOutcome({ kind: 'unknown', error: outcome.error });
    case 'repaired':
      return void messages.inform(
        l10n.t('The store can be read again. The files as they were before are in {0}.', display(outcome.backup)),
      );
    case 'unrepaired': {
      const why = outcome.error === null ? l10n.t('The doctor found nothing to mend.') : errorWords(outcome.error);
      return void messages.warn(
        l10n.t(
          'The store is not repaired. {0} The files as they were before are in {1}.',
          why,
          display(outcome.backup),
        ),
      );
    }
  }
}

/** The usual words say that nothing was changed, which nobody knows of a doctor that ended early. */
function errorWords(error: AppError): string {
  if (error.code === 'cancelled') return l10n.t('It was cancelled while it ran.');
  if (error.code === 'processTimedOut') return l10n.t('The doctor did not end in time.');
  return l10n.t('The doctor ended with an error; the log has its exit code.');
}
