import { commands, l10n } from 'vscode';
import { doctorMode, type DoctorFinding, type DoctorReport } from '../../domain/doctor.ts';
import { parseRelease } from '../../domain/release.ts';
import { COMMANDS } from '../../contributions.ts';
import { buildDoctorPage } from '../doctorPage.ts';
import type { CommandContext } from './context.ts';
import { requireStatus } from './target.ts';

/** Has OpenClaw check the whole installation, after saying what that does, and shows what it found. Nothing is repaired. */
export async function runDoctorCheck(context: CommandContext): Promise<void> {
  const { messages, gateway, documents, model } = context;
  const host = await requireStatus(context);
  if (host === null) return;
  const mode = doctorMode(host.release === null ? null : parseRelease(host.release));
  const isSure = await messages.confirm(
    l10n.t('Have OpenClaw check the whole installation?'),
    [
      mode === 'lint'
        ? l10n.t('openclaw doctor --lint is run on the gateway host. It reads, asks the gateway, and repairs nothing.')
        : l10n.t(
            'openclaw doctor --non-interactive is run on the gateway host. This release has no check that only reads: it may carry out what it calls safe migrations.',
          ),
      l10n.t('It sends no request to a provider, so it costs nothing. It may take some minutes, and can be cancelled.'),
    ].join('\n'),
    l10n.t('Check'),
  );
  if (!isSure) return;
  const report = await messages.during(l10n.t('openclaw doctor is running'), ({ signal }) =>
    gateway.doctor({ signal }),
  );
  await documents.show(buildDoctorPage(host, report, model.now()));
  tell(context, report);
}

function tell({ messages, model }: CommandContext, { findings }: DoctorReport): void {
  if (findings.length === 0) {
    void messages.inform(l10n.t('openclaw doctor found nothing.'));
    return;
  }
  const repair = {
    label: l10n.t('Run doctor in Terminal'),
    run: () => commands.executeCommand<undefined>(COMMANDS.runDoctor, { hostId: model.rootId }),
  };
  const text = l10n.t('openclaw doctor has something to say about {0} things.', findings.length);
  void (findings.some(isBad) ? messages.warn(text, [repair]) : messages.inform(text, [repair]));
}

function isBad({ severity }: DoctorFinding): boolean {
  return severity === 'error';
}
