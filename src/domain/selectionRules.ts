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
  /** A SecretRef counts as a credential (from 2026.4 on; before, only a value does). */
  readonly refsCount: boolean;
  /** A token whose `expires` is not a date is left out (from 2026.4 on; before, it never expires). */
  readonly invalidExpiryExcludes: boolean;
  /** Providers whose cooldowns are ignored because the provider itself routes around them. */
  readonly cooldownBypassed: ReadonlySet<string>;
  /** `blockedUntil` counts like a cooldown (from 2026.6 on). */
  readonly blockedCounts: boolean;
  /** Times that no date can hold are not times (from 2026.6 on). */
  readonly limitsDates: boolean;
  /** Which kinds of dormancy the release knows (from 2026.8 on). */
  readonly dormancies: ReadonlySet<Dormancy>;
  /** Which lists, when all that they name is missing from the store, fall back to the stored profiles. */
  readonly repairs: 'none' | 'configuredProfiles' | 'storedOrderOrConfiguredProfiles';
  /** After such a repair an explicit order still decides about sorting (2026.4 only). */
  readonly repairKeepsOrder: boolean;
  /** Without an order, OAuth profiles with an expired access token come after the others (from 2026.8 on). */
  readonly expiredOAuthLast: boolean;
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
};

const RULES_4: SelectionRules = {
  ...RULES_2,
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

const MINIMAX_AND_CLAUDE_CLI = [
  ['claude-cli', 'anthropic'],
  ['minimax-cn', 'minimax'],
  ['minimax-api', 'minimax'],
  ['minimax-cloud', 'minimax'],
  ['minimax-api-lightning', 'minimax'],
  ['minimax-api-key-cn', 'minimax'],
  ['minimax-portal-cn', 'minimax-portal'],
] as const;

const RULES_6: SelectionRules = {
  ...RULES_4,
  spellings: new Map(),
  authAliases: new Map([
    ...MINIMAX_AND_CLAUDE_CLI,
    ['byteplus-plan', 'byteplus'],
    ['volcengine-plan', 'volcengine'],
    ['gmi-cloud', 'gmi'],
    ['gmicloud', 'gmi'],
    ['moonshotai', 'moonshot'],
    ['moonshot-ai', 'moonshot'],
    ['novita-ai', 'novita'],
    ['novitaai', 'novita'],
    ['qwen-portal', 'qwen-oauth'],
    ['qwen-cli', 'qwen-oauth'],
    ['modelstudio-api-key', 'qwen'],
    ['modelstudio-api-key-cn', 'qwen'],
    ['modelstudio-standard-api-key', 'qwen'],
    ['modelstudio-standard-api-key-cn', 'qwen'],
  ]),
  storedOrderPick: 'last',
  blockedCounts: true,
  limitsDates: true,
  repairs: 'storedOrderOrConfiguredProfiles',
  repairKeepsOrder: false,
};

const RULES_8: SelectionRules = {
  ...RULES_6,
  authAliases: new Map([...MINIMAX_AND_CLAUDE_CLI, ['x-ai', 'xai']]),
  dormancies: new Set(['malformedKey']),
  expiredOAuthLast: true,
};

const RULES_9: SelectionRules = { ...RULES_8, dormancies: new Set(['malformedKey', 'setup', 'refreshing']) };

/** The rules of a release; for an unknown one, those of the latest release that was measured (2026.9.6). */
export function selectionRules(release: Release | null): SelectionRules {
  if (release === null || isAtLeast(release, '2026.9.0')) return RULES_9;
  if (isAtLeast(release, '2026.8.0')) return RULES_8;
  if (isAtLeast(release, '2026.6.0')) return RULES_6;
  return isAtLeast(release, '2026.4.0') ? RULES_4 : RULES_2;
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
