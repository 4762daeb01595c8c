import * as path from 'node:path';
import { l10n } from 'vscode';
import { DAY_MS } from '../../domain/health.ts';
import { AppError } from '../../domain/errors.ts';
import type { HostStatus } from '../../domain/status.ts';
import type { HostSpec } from '../../hosts/hostSpec.ts';
import {
  AUTOMATION_KINDS,
  INTERVALS,
  isMailAddress,
  type AutomationKind,
  type CheckPlan,
  type Interval,
  type Reaction,
} from '../../view/automation/plan.ts';
import { isPlainText } from '../../view/automation/quoting.ts';
import { kindWords } from '../automationPage.ts';
import type { CommandContext } from './context.ts';
import { askText, pickOne } from './pick.ts';
import { requireStatus } from './target.ts';

export interface AskedPlan {
  readonly kind: AutomationKind;
  readonly plan: CheckPlan;
}

/** Asks how the check is to run; `null`: the user gave up. */
export async function askPlan(context: CommandContext): Promise<AskedPlan | null> {
  const status = await requireStatus(context);
  if (status === null) return null;
  const title = l10n.t('Automate the Check');
  const options = kindsFor(context).map((value) => {
    const { label, detail } = kindWords(value);
    return { label, detail, value };
  });
  const kind = await pickOne(title, l10n.t('What is to run the check?'), options);
  if (kind === undefined) return null;
  const folder = await askFolder(context, title, status);
  if (folder === undefined) return null;
  const isStep = kind === 'github' || kind === 'shell';
  const interval = isStep ? 'daily' : await askInterval(title);
  const reaction = interval === undefined || isStep ? ({ kind: 'notify' } as const) : await askReaction(title, folder);
  if (interval === undefined || reaction === null) return null;
  const source = otherHost(context) === null ? await ownSource(context, status) : remoteSource(context, status);
  return { kind, plan: { ...source, version: context.automation.version, folder, interval, reaction } };
}

/** The way to another machine; `null` where the gateway is on this one, in whatever state directory. */
export function otherHost({ remote }: CommandContext): HostSpec | null {
  return remote === null || remote.spec.kind === 'local' ? null : remote.spec;
}

type Source = Pick<CheckPlan, 'node' | 'check' | 'variables'>;

/** On this machine: with the programs and variables by which the tree was read. */
async function ownSource(context: CommandContext, { stateDir }: HostStatus): Promise<Source> {
  const { automation, settings, findProgram, remote } = context;
  const node = await automation.findNode();
  if (node === null) throw new AppError('processFailed', { reason: 'noNode' });
  const { warnMs, openclawPath, stateDir: chosen } = settings();
  const variables = chosen === undefined && remote === null ? automation.variables : {};
  return {
    node: node.file,
    variables: { ...variables, ...node.env },
    check: {
      // A directory that is named beats the variables.
      stateDir: Object.keys(variables).length === 0 ? stateDir : null,
      agent: null,
      openclaw: await findProgram('openclaw', remote?.spec.openclaw ?? openclawPath),
      warnDays: warnMs / DAY_MS,
    },
  };
}

function remoteSource({ remote, settings }: CommandContext, { stateDir, cliPath }: HostStatus): Source {
  const openclaw = remote?.spec.openclaw ?? cliPath;
  const check = { stateDir, agent: null, openclaw, warnDays: settings().warnMs / DAY_MS };
  return { node: remote?.spec.node ?? 'node', variables: {}, check };
}

const KINDS: Partial<Record<NodeJS.Platform, readonly AutomationKind[]>> = {
  win32: ['github', 'shell'],
  darwin: ['launchd', 'cron', 'github', 'shell'],
  android: ['termux', 'cron', 'github', 'shell'],
};

function kindsFor(context: CommandContext): readonly AutomationKind[] {
  const others = AUTOMATION_KINDS.filter((kind) => kind !== 'launchd');
  return otherHost(context) === null ? (KINDS[process.platform] ?? others) : AUTOMATION_KINDS;
}

/** Windows takes both kinds of slash, and only CI steps are made there. */
const withSlashes = (folder: string): string => (process.platform === 'win32' ? folder.replaceAll('\\', '/') : folder);

async function askFolder(context: CommandContext, title: string, { stateDir }: HostStatus) {
  const usual = `${withSlashes(stateDir)}/openclaw-auth`;
  if (otherHost(context) !== null) return usual;
  const judge = (text: string): string | undefined => {
    if (!path.isAbsolute(text)) return l10n.t('Enter an absolute path.');
    return isPlainText(text) && !text.includes('\\')
      ? undefined
      : l10n.t('Use no backslash, line break or invisible character.');
  };
  const prompt = l10n.t('Folder for a copy of the check, which stays when the extension is updated');
  const folder = await askText(title, prompt, usual, judge);
  return folder === undefined ? undefined : folder.replace(/(?<=.)\/+$/, '');
}

function askInterval(title: string): Promise<Interval | undefined> {
  const words: Record<Interval, string> = {
    daily: l10n.t('Once a day'),
    sixHours: l10n.t('Every six hours'),
    hourly: l10n.t('Every hour'),
  };
  return pickOne(
    title,
    l10n.t('How often?'),
    INTERVALS.map((value) => ({ label: words[value], value })),
  );
}

async function askReaction(title: string, folder: string): Promise<Reaction | null> {
  const file = `${folder}/check.log`;
  const kind = await pickOne<Reaction['kind']>(title, l10n.t('What is to happen when it finds something?'), [
    { label: l10n.t('Show a notification'), value: 'notify' },
    { label: l10n.t('Send mail'), description: l10n.t('with the program mail'), value: 'mail' },
    { label: l10n.t('Write it to a file'), description: file, value: 'log' },
  ]);
  if (kind === 'notify') return { kind };
  if (kind === 'log') return { kind, file };
  if (kind === undefined) return null;
  const judge = (text: string): string | undefined =>
    isMailAddress(text.trim()) ? undefined : l10n.t('Enter one mail address, or the name of a user of the machine.');
  const to = await askText(title, l10n.t('Mail address'), '', judge);
  return to === undefined ? null : { kind, to: to.trim() };
}
