import type { ProviderId } from './ids.ts';
import { providerId } from './ids.ts';
import { isAtLeast, type Release } from './release.ts';

/** What differs between releases when they put a provider's profiles in order; measured with the releases' own resolvers. */
export interface SelectionRules {
  /** Spellings that the release takes for another provider id. */
  readonly aliases: ReadonlyMap<string, string>;
  /** A SecretRef counts as a credential (from 2026.4 on; before, only a value does). */
  readonly refsCount: boolean;
  /** A token whose `expires` is not a date is left out (from 2026.4 on; before, it never expires). */
  readonly invalidExpiryExcludes: boolean;
  /** Providers whose cooldowns are ignored because the provider itself routes around them. */
  readonly cooldownBypassed: ReadonlySet<string>;
  /** `blockedUntil` counts like a cooldown (from 2026.6 on). */
  readonly blockedCounts: boolean;
  /** Which lists, when all that they name is missing from the store, fall back to the stored profiles. */
  readonly repairs: 'none' | 'configuredProfiles' | 'storedOrderOrConfiguredProfiles';
  /** After such a repair an explicit order still decides about sorting (2026.4 only). */
  readonly repairKeepsOrder: boolean;
  /** Without an order, OAuth profiles with an expired access token come after the others (from 2026.9 on). */
  readonly expiredOAuthLast: boolean;
}

const RULES_2: SelectionRules = {
  aliases: new Map([
    ['z.ai', 'zai'],
    ['z-ai', 'zai'],
    ['opencode-zen', 'opencode'],
    ['qwen', 'qwen-portal'],
    ['kimi-code', 'kimi-coding'],
  ]),
  refsCount: false,
  invalidExpiryExcludes: false,
  cooldownBypassed: new Set(),
  blockedCounts: false,
  repairs: 'none',
  repairKeepsOrder: false,
  expiredOAuthLast: false,
};

const RULES_4: SelectionRules = {
  ...RULES_2,
  aliases: new Map([
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
    ['volcengine-plan', 'volcengine'],
    ['byteplus-plan', 'byteplus'],
  ]),
  refsCount: true,
  invalidExpiryExcludes: true,
  cooldownBypassed: new Set(['openrouter', 'kilocode']),
  repairs: 'configuredProfiles',
  repairKeepsOrder: true,
};

const RULES_6: SelectionRules = {
  ...RULES_4,
  aliases: new Map([
    ['gmi-cloud', 'gmi'],
    ['gmicloud', 'gmi'],
    ['qwen-portal', 'qwen-oauth'],
    ['qwen-cli', 'qwen-oauth'],
    ['moonshotai', 'moonshot'],
    ['moonshot-ai', 'moonshot'],
    ['volcengine-plan', 'volcengine'],
    ['novita-ai', 'novita'],
    ['novitaai', 'novita'],
    ['byteplus-plan', 'byteplus'],
    ['minimax-cn', 'minimax'],
    ['minimax-portal-cn', 'minimax-portal'],
  ]),
  blockedCounts: true,
  repairs: 'storedOrderOrConfiguredProfiles',
  repairKeepsOrder: false,
};

const RULES_9: SelectionRules = {
  ...RULES_6,
  aliases: new Map([
    ['x-ai', 'xai'],
    ['minimax-cn', 'minimax'],
    ['minimax-portal-cn', 'minimax-portal'],
  ]),
  expiredOAuthLast: true,
};

/** The rules of a release; for an unknown one, those of the latest release that was measured (2026.9.6). */
export function selectionRules(release: Release | null): SelectionRules {
  if (release === null || isAtLeast(release, '2026.9.0')) return RULES_9;
  if (isAtLeast(release, '2026.6.0')) return RULES_6;
  if (isAtLeast(release, '2026.4.0')) return RULES_4;
  return RULES_2;
}

/** The id under which a release looks a provider up: trimmed, lower case, aliases replaced. */
export function canonicalProvider(rules: SelectionRules, provider: string): ProviderId {
  const lower = provider.trim().toLowerCase();
  return providerId(rules.aliases.get(lower) ?? lower);
}
