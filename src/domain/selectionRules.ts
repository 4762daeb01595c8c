import type { Dormancy } from './credential.ts';
import type { ProviderId } from './ids.ts';
import { providerId } from './ids.ts';
import { isAtLeast, type Release } from './release.ts';

/** What differs between releases when they put a provider's profiles in order; measured with the releases' own resolvers. */
export interface SelectionRules {
  /** Spellings of a provider id, replaced wherever one is read, also in the keys of an order. */
  readonly spellings: ReadonlyMap<string, string>;
  /** Providers of bundled plugins that use another provider's credentials; does not apply to the keys of an order. */
  readonly authAliases: ReadonlyMap<string, string>;
  /** Which of two stored orders counts whose keys mean the same provider. */
  readonly storedOrderPick: 'first' | 'last';
  /** A SecretRef counts as a credential (from 2026.3.8 on; before, only a value does). */
  readonly refsCount: boolean;
  /** A token whose `expires` is not a date is left out (from 2026.3.8 on; before, it never expires). */
  readonly invalidExpiryExcludes: boolean;
  /** Providers whose cooldowns are ignored because the provider itself routes around them. */
  readonly cooldownBypassed: ReadonlySet<string>;
  /** `blockedUntil` counts like a cooldown (from 2026.6 on). */
  readonly blockedCounts: boolean;
  /** Times that no date can hold are not times (from 2026.6 on). */
  readonly limitsDates: boolean;
  /** Which kinds of dormancy the release knows (from 2026.7 on). */
  readonly dormancies: ReadonlySet<Dormancy>;
  /** Which lists, when all that they name is missing from the store, fall back to the stored profiles. */
  readonly repairs: 'none' | 'configuredProfiles' | 'storedOrderOrConfiguredProfiles';
  /** After such a repair an explicit order still decides about sorting (2026.3.8 to 2026.5). */
  readonly repairKeepsOrder: boolean;
  /** Without an order, OAuth profiles with an expired access token come after the others (from 2026.8 on). */
  readonly expiredOAuthLast: boolean;
  /** A provider's entry with `auth: "api-key"` puts its own `apiKey` before every profile (from 2026.4 on). */
  readonly modelKeyFirst: boolean;
}

const RULES_2: SelectionRules = {
  spellings: new Map([
    ['z.ai', 'zai'],
    ['z-ai', 'zai'],
    ['opencode-zen', 'opencode'],
    ['qwen', 'qwen-portal'],
    ['kimi-code', 'kimi-coding'],
  ]),
  authAliases: new Map(),
  storedOrderPick: 'first',
  refsCount: false,
  invalidExpiryExcludes: false,
  cooldownBypassed: new Set(),
  blockedCounts: false,
  limitsDates: false,
  dormancies: new Set(),
  repairs: 'none',
  repairKeepsOrder: false,
  expiredOAuthLast: false,
  modelKeyFirst: false,
};

const RULES_3: SelectionRules = {
  ...RULES_2,
  spellings: new Map([
    ...RULES_2.spellings,
    ['opencode-go-auth', 'opencode-go'],
    ['bedrock', 'amazon-bedrock'],
    ['aws-bedrock', 'amazon-bedrock'],
    ['bytedance', 'volcengine'],
    ['doubao', 'volcengine'],
  ]),
  authAliases: new Map([
    ['byteplus-plan', 'byteplus'],
    ['volcengine-plan', 'volcengine'],
  ]),
  refsCount: true,
  invalidExpiryExcludes: true,
  cooldownBypassed: new Set(['openrouter', 'kilocode']),
  repairs: 'configuredProfiles',
  repairKeepsOrder: true,
};

const RULES_4: SelectionRules = {
  ...RULES_3,
  modelKeyFirst: true,
  spellings: new Map([
    ['modelstudio', 'qwen'],
    ['qwencloud', 'qwen'],
    ['z.ai', 'zai'],
    ['z-ai', 'zai'],
    ['opencode-zen', 'opencode'],
    ['opencode-go-auth', 'opencode-go'],
    ['kimi-code', 'kimi'],
    ['kimi-coding', 'kimi'],
    ['bedrock', 'amazon-bedrock'],
    ['aws-bedrock', 'amazon-bedrock'],
    ['bytedance', 'volcengine'],
    ['doubao', 'volcengine'],
  ]),
};

const CLAUDE_CLI_AND_MINIMAX = [
  ['claude-cli', 'anthropic'],
  ['minimax-api', 'minimax'],
  ['minimax-cloud', 'minimax'],
  ['minimax-api-lightning', 'minimax'],
  ['minimax-api-key-cn', 'minimax'],
] as const;
const MINIMAX_CN = [
  ['minimax-cn', 'minimax'],
  ['minimax-portal-cn', 'minimax-portal'],
] as const;
const PLANS = [
  ['byteplus-plan', 'byteplus'],
  ['volcengine-plan', 'volcengine'],
] as const;
const MODEL_STUDIO = [
  ['modelstudio-api-key', 'qwen'],
  ['modelstudio-api-key-cn', 'qwen'],
  ['modelstudio-standard-api-key', 'qwen'],
  ['modelstudio-standard-api-key-cn', 'qwen'],
] as const;
const NOVITA = [
  ['novita-ai', 'novita'],
  ['novitaai', 'novita'],
] as const;

const RULES_5: SelectionRules = {
  ...RULES_4,
  authAliases: new Map([
    ...CLAUDE_CLI_AND_MINIMAX,
    ...PLANS,
    ...MODEL_STUDIO,
    ['codex-cli', 'openai-codex'],
    ['openai-codex-import', 'openai-codex'],
  ]),
};

const RULES_6: SelectionRules = {
  ...RULES_5,
  spellings: new Map(),
  authAliases: new Map([
    ...CLAUDE_CLI_AND_MINIMAX,
    ...MINIMAX_CN,
    ...PLANS,
    ...MODEL_STUDIO,
    ...NOVITA,
    ['gmi-cloud', 'gmi'],
    ['gmicloud', 'gmi'],
    ['moonshotai', 'moonshot'],
    ['moonshot-ai', 'moonshot'],
    ['qwen-portal', 'qwen-oauth'],
    ['qwen-cli', 'qwen-oauth'],
  ]),
  storedOrderPick: 'last',
  blockedCounts: true,
  limitsDates: true,
  repairs: 'storedOrderOrConfiguredProfiles',
  repairKeepsOrder: false,
};

/** Some of the bundled plugins became packages of their own. */
const RULES_6_11: SelectionRules = {
  ...RULES_6,
  authAliases: new Map([...CLAUDE_CLI_AND_MINIMAX, ...MINIMAX_CN, ...PLANS, ...NOVITA]),
};

const RULES_7: SelectionRules = { ...RULES_6_11, dormancies: new Set(['malformedKey']) };

const RULES_8: SelectionRules = {
  ...RULES_7,
  authAliases: new Map([...CLAUDE_CLI_AND_MINIMAX, ...MINIMAX_CN, ['x-ai', 'xai']]),
  expiredOAuthLast: true,
};

const RULES_9: SelectionRules = { ...RULES_8, dormancies: new Set(['malformedKey', 'setup', 'refreshing']) };

/** The rules of a release; for an unknown one, those of the latest release that was measured (2026.9.6). */
export function selectionRules(release: Release | null): SelectionRules {
  if (release === null || isAtLeast(release, '2026.9.0')) return RULES_9;
  if (isAtLeast(release, '2026.8.0')) return RULES_8;
  if (isAtLeast(release, '2026.7.0')) return RULES_7;
  if (isAtLeast(release, '2026.6.11')) return RULES_6_11;
  if (isAtLeast(release, '2026.5.28')) return RULES_6;
  if (isAtLeast(release, '2026.5.0')) return RULES_5;
  if (isAtLeast(release, '2026.4.0')) return RULES_4;
  return isAtLeast(release, '2026.3.8') ? RULES_3 : RULES_2;
}

/** A provider id as the release compares it: trimmed, lower case, spelling replaced. */
export function spelledProvider(rules: SelectionRules, provider: string): string {
  const lower = provider.trim().toLowerCase();
  return rules.spellings.get(lower) ?? lower;
}

/** The provider whose credentials serve `provider`. */
export function canonicalProvider(rules: SelectionRules, provider: string): ProviderId {
  const spelled = spelledProvider(rules, provider);
  return providerId(rules.authAliases.get(spelled) ?? spelled);
}
