/**
 * Everything that `package.json` contributes under a name of ours. The manifest gate compares the two, so a name that is
 * spelled anywhere else is a mistake.
 */

/** What a command acts on; from a tree row, from another command, or asked for. Everything may be left out. */
export interface Target {
  readonly agentId?: string;
  readonly provider?: string;
  readonly profileId?: string;
  /** Whose place in the order the profile takes. */
  readonly placeOf?: string;
  /** The agents that are chosen beforehand as those that get it. */
  readonly toAgents?: readonly string[];
  /** Which gateway; needed only where there are several. */
  readonly hostId?: string;
}

/** `selection`: the row that is selected in the tree; what the key bindings pass. */
export interface FromSelection {
  readonly from: 'selection';
}

/** Command ids by the name that the code uses. */
export const COMMANDS = {
  reload: 'openclawAuth.status.reload',
  addHost: 'openclawAuth.host.add',
  editHost: 'openclawAuth.host.edit',
  removeHost: 'openclawAuth.host.remove',
  testHost: 'openclawAuth.host.test',
  openHostTerminal: 'openclawAuth.host.openTerminal',
  showFindings: 'openclawAuth.findings.show',
  renew: 'openclawAuth.profile.renew',
  pasteToken: 'openclawAuth.token.paste',
  addApiKey: 'openclawAuth.apiKey.add',
  replace: 'openclawAuth.profile.replace',
  recordExpiry: 'openclawAuth.profile.recordExpiry',
  remove: 'openclawAuth.profile.remove',
  makeFirst: 'openclawAuth.profile.makeFirst',
  moveUp: 'openclawAuth.profile.moveUp',
  moveDown: 'openclawAuth.profile.moveDown',
  clearOrder: 'openclawAuth.order.clear',
  copyId: 'openclawAuth.profile.copyId',
  copyPin: 'openclawAuth.profile.copyPin',
  showSessions: 'openclawAuth.session.show',
  pinSession: 'openclawAuth.session.pin',
  push: 'openclawAuth.profile.push',
  pull: 'openclawAuth.profile.pull',
  copyToAgents: 'openclawAuth.profile.copyToAgents',
  copyToHosts: 'openclawAuth.profile.copyToHosts',
  runStatus: 'openclawAuth.terminal.runStatus',
  runDoctor: 'openclawAuth.terminal.runDoctor',
  runOnboard: 'openclawAuth.terminal.runOnboard',
  restartGateway: 'openclawAuth.terminal.restartGateway',
  repair: 'openclawAuth.store.repair',
  showHistory: 'openclawAuth.history.show',
  exportHistory: 'openclawAuth.history.export',
  undo: 'openclawAuth.history.undo',
  chooseConsent: 'openclawAuth.sync.choose',
  restore: 'openclawAuth.sync.restore',
  restoreAll: 'openclawAuth.sync.restoreAll',
  dismissLoss: 'openclawAuth.sync.dismissLoss',
  resolve: 'openclawAuth.sync.resolve',
  forgetEverything: 'openclawAuth.storage.forget',
  showLog: 'openclawAuth.log.show',
  openSettings: 'openclawAuth.settings.open',
  resetReminders: 'openclawAuth.reminders.reset',
  explainError: 'openclawAuth.error.explain',
  explainTerminalError: 'openclawAuth.error.explainTerminal',
  why: 'openclawAuth.why.show',
  compareAgents: 'openclawAuth.agents.compare',
  addReference: 'openclawAuth.reference.add',
  probe: 'openclawAuth.agent.probe',
  doctor: 'openclawAuth.doctor.run',
  compareGateway: 'openclawAuth.gateway.compare',
  moveTo: 'openclawAuth.profile.moveTo',
  showEnvironment: 'openclawAuth.environment.show',
  addVariable: 'openclawAuth.environment.add',
  removeVariable: 'openclawAuth.environment.remove',
  automateCheck: 'openclawAuth.check.automate',
} as const;
export type CommandName = keyof typeof COMMANDS;

/** Argument of each command; every one may be run without. */
export interface CommandArgument {
  readonly reload: undefined;
  readonly addHost: undefined;
  readonly editHost: Target;
  readonly removeHost: Target;
  readonly testHost: Target;
  readonly openHostTerminal: Target;
  readonly showFindings: undefined;
  readonly renew: Target | FromSelection;
  readonly pasteToken: Target;
  readonly addApiKey: Target;
  readonly replace: Target | FromSelection;
  readonly recordExpiry: Target;
  readonly remove: Target | FromSelection;
  readonly makeFirst: Target | FromSelection;
  readonly moveUp: Target | FromSelection;
  readonly moveDown: Target | FromSelection;
  readonly clearOrder: Target;
  readonly copyId: Target | FromSelection;
  readonly copyPin: Target;
  readonly showSessions: Target;
  readonly pinSession: Target;
  readonly push: Target;
  readonly pull: Target;
  readonly copyToAgents: Target;
  readonly copyToHosts: Target;
  readonly runStatus: Target;
  readonly runDoctor: undefined;
  readonly runOnboard: undefined;
  readonly restartGateway: undefined;
  readonly repair: undefined;
  readonly showHistory: undefined;
  readonly exportHistory: undefined;
  readonly undo: undefined;
  readonly chooseConsent: Target;
  readonly restore: Target;
  readonly restoreAll: Target;
  readonly dismissLoss: Target;
  readonly resolve: Target;
  readonly forgetEverything: undefined;
  readonly showLog: undefined;
  readonly openSettings: undefined;
  readonly resetReminders: undefined;
  readonly explainError: undefined;
  readonly explainTerminalError: undefined;
  readonly why: Target;
  readonly compareAgents: Target;
  readonly addReference: Target;
  readonly probe: Target;
  readonly doctor: Target;
  readonly compareGateway: Target;
  readonly moveTo: Target | FromSelection;
  readonly showEnvironment: Target;
  readonly addVariable: Target;
  readonly removeVariable: Target;
  readonly automateCheck: Target;
}

export const VIEW_CONTAINER = 'openclawAuth';

export const VIEWS = { credentials: 'openclawAuth.credentials' } as const;

/** Why the tree is empty; chooses the welcome text. */
export const WELCOMES = [
  'none',
  'loading',
  'noOpenClaw',
  'noProfiles',
  'storeRetired',
  'storeBroken',
  'failed',
] as const;
export type Welcome = (typeof WELCOMES)[number];

/** Context keys with their type. */
export interface ContextKeyValue {
  readonly 'openclawAuth.welcome': Welcome;
  /** Beside this machine. */
  readonly 'openclawAuth.hasHosts': boolean;
}
export const CONTEXT_KEYS = {
  welcome: 'openclawAuth.welcome',
  hasHosts: 'openclawAuth.hasHosts',
} as const satisfies Record<string, keyof ContextKeyValue>;

/** Settings with their defaults. Those that name a program or a directory are never taken from a workspace. */
export const SETTINGS = {
  warnDays: { id: 'openclawAuth.warnDays', default: 7, isRestricted: false },
  reminderDays: { id: 'openclawAuth.reminderDays', default: [30, 14, 7, 1], isRestricted: false },
  winnerAlerts: { id: 'openclawAuth.winnerAlerts', default: 'metered', isRestricted: false },
  stateDir: { id: 'openclawAuth.stateDir', default: '', isRestricted: true },
  openclawPath: { id: 'openclawAuth.openclawPath', default: '', isRestricted: true },
  claudePath: { id: 'openclawAuth.claudePath', default: '', isRestricted: true },
  askGateway: { id: 'openclawAuth.askGateway', default: false, isRestricted: true },
  jsonHelp: { id: 'openclawAuth.jsonHelp', default: true, isRestricted: false },
  hosts: { id: 'openclawAuth.hosts', default: [], isRestricted: true },
} as const;

/** Type of the task `openclaw-auth: check`, and the matcher that makes problems of its lines. */
export const CHECK_TASK = 'openclaw-auth';
export const PROBLEM_MATCHER = 'openclaw-auth-check';

export const STATUS_BAR_ITEM = 'openclawAuth.status';

/** What a tree row can be asked to do; stands in its `contextValue` as `kind;ability;ability;`, which the menus match. */
export const ABILITIES = [
  'renew',
  'replace',
  'recordExpiry',
  'remove',
  'makeFirst',
  'moveUp',
  'moveDown',
  'clearOrder',
  'push',
  'pull',
  'copyToAgents',
  'copy',
  'addToken',
  'choose',
  'restore',
  'resolve',
  'manageHost',
  'why',
] as const;
export type Ability = (typeof ABILITIES)[number];

export const NODE_KINDS = [
  'host',
  'away',
  'consent',
  'agent',
  'incident',
  'unsure',
  'store',
  'provider',
  'profile',
  'environment',
  'modelKey',
  'why',
  'step',
  'findings',
  'finding',
  'unreadable',
  'kept',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];
