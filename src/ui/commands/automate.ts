import { env, l10n, window } from 'vscode';
import { AppError } from '../../domain/errors.ts';
import type { ComparedFile } from '../../platform/ownFiles.ts';
import { hostLabel } from '../../hosts/hostSpec.ts';
import { makeArtefacts, type Artefacts } from '../../view/automation/artefacts.ts';
import { findUnwritable, WORKER_NAME, type AutomationKind, type CheckPlan } from '../../view/automation/plan.ts';
import { display } from '../../view/display.ts';
import { kindWords, previewText } from '../automationPage.ts';
import type { Choice } from '../messages.ts';
import { openTerminal } from '../terminals.ts';
import type { UndoPart } from '../undo.ts';
import { askPlan, otherHost } from './automatePlan.ts';
import { noteChange, type CommandContext } from './context.ts';

const PLAIN_FILE = 0o644;

/** Kind, interval, reaction and folder are asked for; the texts are shown; only then, and only on request, they are written. */
export async function automateCheck(context: CommandContext): Promise<void> {
  const asked = await askPlan(context);
  if (asked === null) return;
  const { kind, plan } = asked;
  const unwritable = findUnwritable(plan);
  if (unwritable !== null) {
    void context.messages.warn(
      l10n.t(
        '{0} has characters in it that timers and shells do not all take. Choose another folder.',
        display(unwritable),
      ),
    );
    return;
  }
  const artefacts = makeArtefacts(kind, plan, context.automation.places);
  const elsewhere = otherHost(context);
  const compared =
    elsewhere !== null
      ? null
      : await context.automation.files.compare([await workerFile(context, plan), ...artefacts.files]);
  await context.documents.show({
    name: l10n.t('Automate the Check'),
    text: previewText({
      ...{ kind, artefacts, compared, version: plan.version, workerPath: `${plan.folder}/${WORKER_NAME}` },
      hostLabel: elsewhere === null ? null : hostLabel(elsewhere),
    }),
  });
  if (compared === null) await offerText(context, artefacts);
  else await write(context, { kind, artefacts, compared });
}

async function workerFile({ automation }: CommandContext, { folder, version }: CheckPlan) {
  const text = `// OpenClaw Auth ${version}\n${await automation.workerText()}`;
  return { path: `${folder}/${WORKER_NAME}`, text, mode: PLAIN_FILE };
}

/** Everything in one text, for a gateway on another host. */
async function offerText({ messages }: CommandContext, { files, copy }: Artefacts): Promise<void> {
  const parts = [...files.map(({ path, text }) => `# ${path}\n${text}`), ...(copy === null ? [] : [copy])];
  await messages.inform(l10n.t('The gateway is on another host, so nothing was written. The texts can be copied.'), [
    { label: l10n.t('Copy Texts'), run: () => env.clipboard.writeText(parts.join('\n')) },
  ]);
}

interface Preview {
  readonly kind: AutomationKind;
  readonly artefacts: Artefacts;
  readonly compared: readonly ComparedFile[];
}

async function write(context: CommandContext, { kind, artefacts, compared }: Preview): Promise<void> {
  const { messages } = context;
  const unusable = compared.find(({ standing }) => standing.kind === 'unusable');
  if (unusable !== undefined) throw new AppError('fileWriteFailed', { path: unusable.file.path, why: 'unusable' });
  const { files } = context.automation;
  const pending = compared.filter(({ standing }) => standing.kind !== 'same');
  const next = followUps(context, kind, artefacts);
  if (pending.length === 0) {
    await messages.inform(l10n.t('Everything is there already, as it should be.'), next);
    return;
  }
  if (!(await isConfirmed(kind, pending))) return;
  const writing = await messages.during(l10n.t('Writing files'), () => files.write(compared));
  if (writing.kind === 'notWritten') {
    const { why } = writing;
    throw new AppError(
      'fileWriteFailed',
      why === 'failed' ? { why, errno: writing.errno } : { why, path: writing.path },
    );
  }
  const written = writing.files;
  const record = await noteChange(context, { action: 'automate' }, 'offered', { kind: 'done', isNoop: false });
  const label = kindWords(kind).label;
  const undoPart: UndoPart = {
    record,
    subject: label,
    whenDone: () => takenBackWords(artefacts),
    isUntouched: () => files.areUntouched(written),
    run: async () => {
      await files.takeBack(written);
      const own = { ...context, author: { command: 'undo', undoes: record.id } } as const;
      await noteChange(own, { action: 'automate' }, 'never', { kind: 'done', isNoop: false });
      return { kind: 'done', isNoop: false };
    },
  };
  const done =
    artefacts.enable === null
      ? l10n.t('{0}: files written: {1}. Now put the text where it belongs.', label, written.length)
      : l10n.t('{0}: files written: {1}. It does not run before it is switched on.', label, written.length);
  await messages.inform(done, [...next, ...context.undo.offer(done, [undoPart])]);
}

function takenBackWords({ disable, copy }: Artefacts): string {
  if (disable !== null)
    return l10n.t('What was written is removed again. If it was switched on, switch it off: the preview says how.');
  return copy === null
    ? l10n.t('What was written is removed again.')
    : l10n.t('What was written is removed again. Remove what you copied from where you put it.');
}

/** It keeps open while the preview is read, and Enter alone writes nothing. */
async function isConfirmed(kind: AutomationKind, pending: readonly ComparedFile[]): Promise<boolean> {
  const replaced = pending.filter(({ standing }) => standing.kind === 'other').length;
  const yes = {
    label:
      replaced === 0
        ? l10n.t('Write {0} files', pending.length)
        : l10n.t('Write {0} files, replacing {1}', pending.length, replaced),
    detail: pending.map(({ file }) => display(file.path)).join(' · '),
  };
  const no = { label: l10n.t('Write nothing'), detail: l10n.t('The preview stays open') };
  const picked = await window.showQuickPick([no, yes], {
    title: kindWords(kind).label,
    placeHolder: l10n.t('Read the preview, then choose'),
    ignoreFocusOut: true,
  });
  return picked === yes;
}

/** What puts it to work. */
function followUps(context: CommandContext, kind: AutomationKind, { enable, copy }: Artefacts): Choice[] {
  const { home } = context;
  const name = kindWords(kind).label;
  return [
    ...(copy === null ? [] : [{ label: l10n.t('Copy Text'), run: () => env.clipboard.writeText(copy) }]),
    ...(enable === null
      ? []
      : [
          {
            label: l10n.t('Switch On in Terminal'),
            run: () =>
              void openTerminal({
                name,
                banner: l10n.t('Switching on: {0}', name),
                command: enable,
                env: {},
                cwd: home,
              }),
          },
        ]),
  ];
}
