export const COMMANDS = { known: 'openclawAuth.known', onlyInCode: 'openclawAuth.onlyInCode' };
export const VIEWS = { credentials: 'openclawAuth.credentials' };
export const VIEW_CONTAINER = 'openclawAuth';
export const WELCOMES = ['none', 'loading', 'failed'];
export const CONTEXT_KEYS = { welcome: 'openclawAuth.welcome' };
export const SETTINGS = {
  days: { id: 'openclawAuth.days', default: 7, isRestricted: false },
  claudePath: { id: 'openclawAuth.claudePath', default: '', isRestricted: false },
  secretSource: { id: 'openclawAuth.secretSource', default: '', isRestricted: true },
};
export const ABILITIES = ['renew'];
export const NODE_KINDS = ['host'];
export const icons = ['$(no-such-icon)', '$(key)', '$(sync~spin)'];
export const CHECK_TASK = 'our-task';
export const PROBLEM_MATCHER = 'our-matcher';
