import { commands, l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { COMMANDS, type Ability, type CommandName, type Target } from '../../contributions.ts';
import type { Finding, FindingCode, Severity } from '../../domain/findings.ts';
import { display, withoutMarkup } from '../../view/display.ts';
import type { Rows } from '../../view/targets.ts';
import { consequenceWords } from '../findingConsequences.ts';
import { findingWords } from '../findingWords.ts';
import type { CommandContext } from './context.ts';
import { requireStatus, rowsNow } from './target.ts';

interface Row extends QuickPickItem {
  readonly run?: { readonly command: CommandName; readonly target: Target };
}

const SEVERITY_ICONS: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'info' };

/** What needs doing, worst first, each with its fix; and below it everything else that the extension can do. */
export async function showFindings(context: CommandContext): Promise<void> {
  const status = await requireStatus(context);
  if (status === null) return;
  const rowsOfTree = rowsNow(context);
  const found = status.findings.map((finding) => findingRow(rowsOfTree, finding));
  const calm: Row[] = [{ label: `$(pass) ${l10n.t('Nothing needs doing')}` }];
  const rows: readonly Row[] = [
    { label: l10n.t('Needs doing'), kind: QuickPickItemKind.Separator },
    ...(found.length === 0 ? calm : found),
    { label: l10n.t('Commands'), kind: QuickPickItemKind.Separator },
    ...commandRows(),
  ];
  const picked = await window.showQuickPick(rows, {
    title: l10n.t('OpenClaw Auth'),
    placeHolder: l10n.t('Choose what to do'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.run === undefined) return;
  const { command, target } = picked.run;
  await commands.executeCommand(COMMANDS[command], { ...target, hostId: context.model.rootId });
}

function findingRow(rows: Rows, finding: Finding): Row {
  const { title, fix } = findingWords(finding);
  const target: Target = {
    ...(finding.agentId === null ? {} : { agentId: finding.agentId }),
    ...(finding.provider === null ? {} : { provider: finding.provider }),
    ...(finding.profileId === null ? {} : { profileId: finding.profileId }),
  };
  return {
    label: `$(${SEVERITY_ICONS[finding.severity]}) ${withoutMarkup(title)}`,
    description: finding.agentId === null ? '' : withoutMarkup(display(finding.agentId)),
    detail: l10n.t('{0} {1}.', consequenceWords(finding.code), fix),
    run: { command: fixOf(finding, (ability) => rows.isPossible(rows.wantedBy(target), ability)), target },
  };
}

/** The command that mends a finding; `can` tells whether the profile or provider that it is about allows one. */
function fixOf(finding: Finding, can: (ability: Ability) => boolean): CommandName {
  const isAnthropic = finding.provider === 'anthropic';
  // What neither can be done with is an OAuth login, a ref or inherited: OpenClaw's own commands tell more.
  const replacement: CommandName = can('replace') ? 'replace' : 'runStatus';
  const renewal: CommandName = can('renew') ? 'renew' : replacement;
  const fixes: Record<FindingCode, CommandName> = {
    noCredentials: isAnthropic ? 'pasteToken' : 'addApiKey',
    changeUndone: 'showLog',
    changeReapplied: 'showLog',
    tokenExpired: renewal,
    tokenExpiring: renewal,
    noExpiryKnown: can('recordExpiry') ? 'recordExpiry' : renewal,
    allCoolingDown: 'addApiKey',
    profileDisabled: replacement,
    orderNamesMissingProfile: can('clearOrder') ? 'clearOrder' : 'runDoctor',
    orderExcludesValid: 'makeFirst',
    credentialMisshaped: replacement,
    meteredWinner: 'makeFirst',
    duplicateAccount: 'compareAgents',
    configDisagrees: 'runDoctor',
    credentialMissing: replacement,
    invalidExpires: replacement,
    profileUnreadable: 'runDoctor',
    storeMalformed: 'runDoctor',
    storeUnreadable: 'showLog',
    storeRetired: 'repair',
    retiredFileBeside: 'repair',
    openclawMissing: 'openSettings',
    openclawTooOld: 'runStatus',
    claudeMissing: 'pasteToken',
    claudeTooOld: 'pasteToken',
    clockOff: 'showLog',
    downgraded: 'runStatus',
    storePermissions: 'showLog',
    daemonLacksVariable: 'addVariable',
    variableShadowed: 'showEnvironment',
    restartNeeded: 'restartGateway',
    configUnreadable: 'runDoctor',
    stateDirMissing: 'runOnboard',
  };
  return fixes[finding.code];
}

function commandRows(): readonly Row[] {
  const named: readonly (readonly [CommandName, string])[] = [
    ['renew', l10n.t('Renew with claude setup-token')],
    ['pasteToken', l10n.t('Paste Token')],
    ['addApiKey', l10n.t('Add API Key')],
    ['addVariable', l10n.t('Add API Key to .env')],
    ['showEnvironment', l10n.t('Show Environment')],
    ['makeFirst', l10n.t('Make a Profile First')],
    ['runStatus', l10n.t('Run models status in Terminal')],
    ['runDoctor', l10n.t('Run doctor in Terminal')],
    ['repair', l10n.t('Repair Store with openclaw doctor')],
    ['why', l10n.t('Why This Credential?')],
    ['compareAgents', l10n.t('Compare Agents')],
    ['undo', l10n.t('Undo Last Change')],
    ['showHistory', l10n.t('Show Change History')],
    ['reload', l10n.t('Reload')],
    ['openSettings', l10n.t('Open Settings')],
    ['showLog', l10n.t('Show Log')],
  ];
  return named.map(([command, label]) => ({ label, run: { command, target: {} } }));
}
