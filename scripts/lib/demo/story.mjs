// @ts-check
/**
 * What the demonstration home holds: a gateway somebody has used for a while, with a credential in every state. The
 * first thing to see is that `anthropic:work`, the one in use, runs out in three days while a fallback is there. No
 * other credential in use is closer to its end, so that is what a status line shows.
 */
import { days, fakeSetupToken, fakeValue, hours, minutes } from './fakes.mjs';

/**
 * @typedef {{store: object | null, state: object | null}} AgentDocuments
 * @typedef {object} Story
 * @property {{auth: object, agents: {defaults: object}}} config `openclaw.json` without roster and what a release adds by itself
 * @property {readonly string[]} agentIds the first is the default one
 * @property {AgentDocuments} main the default agent's documents, which the others inherit
 * @property {AgentDocuments} research an agent with credentials and an order of its own
 * @property {string} dotenv `.env` of the state directory
 */

/** Inherits everything. */
const INHERITING_AGENT = 'ops';
/** Its store cannot be read. */
export const BROKEN_AGENT = 'lab';
export const OWN_STORE_AGENT = 'research';
export const DEFAULT_AGENT = 'main';

/**
 * @param {number} now Unix ms that all dates are counted from
 * @param {readonly string[]} models the agents' model and its fallbacks: each release knows others
 * @returns {Story}
 */
export function tellStory(now, models) {
  return {
    config: configDocument(models),
    agentIds: [DEFAULT_AGENT, OWN_STORE_AGENT, INHERITING_AGENT, BROKEN_AGENT],
    main: { store: { version: 1, profiles: mainProfiles(now) }, state: mainState(now) },
    research: { store: { version: 1, profiles: researchProfiles(now) }, state: researchState(now) },
    dotenv: `OPENAI_TEAM_KEY=${fakeValue('sk-proj-', 'TEAM')}\n`,
  };
}

/** @param {number} now */
const mainProfiles = (now) => ({
  'anthropic:work': token('anthropic', fakeSetupToken('WORK'), now + days(3) + hours(1), 'work@example.com'),
  'anthropic:personal': token('anthropic', fakeSetupToken('PERSONAL'), now + days(200)),
  'anthropic:old-laptop': token('anthropic', fakeSetupToken('OLDLAPTOP'), now - days(2)),
  'anthropic:spare': token('anthropic', fakeSetupToken('SPARE')),
  'openai:default': { type: 'api_key', provider: 'openai', key: fakeValue('sk-proj-', 'DEFAULT') },
  'openai:batch': {
    type: 'api_key',
    provider: 'openai',
    key: fakeValue('sk-proj-', 'BATCH'),
    displayName: 'Batch jobs',
  },
  'openai:team': {
    type: 'api_key',
    provider: 'openai',
    keyRef: { source: 'env', provider: 'default', id: 'OPENAI_TEAM_KEY' },
  },
  'google:me@example.com': {
    type: 'oauth',
    provider: 'google',
    access: fakeValue('ya29.', 'ACCESS', 120),
    refresh: fakeValue('1//0', 'REFRESH', 100),
    expires: now + minutes(40),
    email: 'me@example.com',
    projectId: 'fake-project',
  },
  'google:studio': { type: 'api_key', provider: 'google', key: fakeValue('AIza', 'STUDIO', 39) },
  'openrouter:default': { type: 'api_key', provider: 'openrouter', key: fakeValue('sk-or-v1-', 'DEFAULT', 73) },
  'openrouter:import': { type: 'api_key', provider: 'openrouter', key: '' },
  'together:default': { type: 'api_key', provider: 'together', key: fakeValue('tgp_v1_', 'DEFAULT', 56) },
  'together:ci': token('together', fakeValue('tgp_v1_', 'CI', 56), 'next tuesday'),
  'xai:notes': 'written by hand, not a profile',
});

/** @param {number} now */
const mainState = (now) => ({
  version: 1,
  order: { anthropic: ['anthropic:work', 'anthropic:personal', 'anthropic:old-laptop'] },
  lastGood: { anthropic: 'anthropic:work', openai: 'openai:team', google: 'google:me@example.com' },
  usageStats: {
    'anthropic:work': { lastUsed: now - minutes(4), errorCount: 0 },
    'anthropic:personal': { lastUsed: now - days(9), errorCount: 0 },
    'openai:team': { lastUsed: now - minutes(50), errorCount: 0 },
    'openai:default': {
      lastUsed: now - minutes(52),
      cooldownUntil: now + minutes(24),
      cooldownReason: 'rate_limit',
      cooldownModel: 'gpt-5.2',
      errorCount: 2,
      failureCounts: { rate_limit: 2 },
      lastFailureAt: now - minutes(1),
    },
    'openai:batch': {
      lastUsed: now - hours(3),
      disabledUntil: now + hours(4) + minutes(30),
      disabledReason: 'billing',
      errorCount: 1,
      failureCounts: { billing: 1 },
      lastFailureAt: now - minutes(30),
    },
  },
});

/** @param {number} now */
const researchProfiles = (now) => ({
  'anthropic:research': token('anthropic', fakeSetupToken('RESEARCH'), now + days(200)),
  'anthropic:night': token('anthropic', fakeSetupToken('NIGHT'), now + hours(6)),
});

/** @param {number} now */
const researchState = (now) => ({
  version: 1,
  order: { anthropic: ['anthropic:research', 'anthropic:night', 'anthropic:work'] },
  lastGood: { anthropic: 'anthropic:research' },
  usageStats: { 'anthropic:research': { lastUsed: now - hours(2), errorCount: 0 } },
});

/** @param {readonly string[]} models */
const configDocument = ([primary, ...fallbacks]) => ({
  auth: {
    profiles: {
      'anthropic:work': { provider: 'anthropic', mode: 'token', email: 'work@example.com' },
      'anthropic:personal': { provider: 'anthropic', mode: 'token' },
      'anthropic:old-laptop': { provider: 'anthropic', mode: 'token' },
      'anthropic:spare': { provider: 'anthropic', mode: 'token' },
      'anthropic:research': { provider: 'anthropic', mode: 'token' },
      'anthropic:night': { provider: 'anthropic', mode: 'token' },
      'openai:default': { provider: 'openai', mode: 'api_key' },
      'openai:batch': { provider: 'openai', mode: 'api_key' },
      'openai:team': { provider: 'openai', mode: 'api_key' },
      'google:me@example.com': { provider: 'google', mode: 'oauth', email: 'me@example.com' },
      'google:studio': { provider: 'google', mode: 'api_key' },
    },
    order: { openrouter: ['openrouter:default', 'openrouter:import'] },
  },
  agents: {
    defaults: { model: { primary, fallbacks } },
  },
});

/**
 * @param {string} provider
 * @param {string} value
 * @param {number | string} [expires]
 * @param {string} [email]
 */
function token(provider, value, expires, email) {
  return {
    type: 'token',
    provider,
    token: value,
    ...(expires === undefined ? {} : { expires }),
    ...(email === undefined ? {} : { email }),
  };
}
