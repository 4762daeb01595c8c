import { l10n } from 'vscode';
import type { Field } from '../domain/jsonHelp/fields.ts';
import type { SecretShape } from '../domain/jsonHelp/help.ts';
import type { JsonProblemCode } from '../domain/jsonHelp/problems.ts';
import { dateTime, longSpan, shortSpan } from './words.ts';

/** What a field of OpenClaw's documents is. Each record is complete, so a field without words does not compile. */
export function fieldWords(field: Field): string {
  const words: Record<Field, string> = {
    version: l10n.t('Version of the layout of this document; the gateway writes 1.'),
    profiles: l10n.t('The credentials of this agent, by profile id. Other agents inherit those of the default agent.'),
    order: l10n.t(
      'Per provider, the profiles in the order in which they are tried. It beats auth.order of openclaw.json.',
    ),
    lastGood: l10n.t('Per provider, the profile that worked last. The gateway notes it.'),
    usageStats: l10n.t('What the gateway noted about the use of each profile.'),
    PROFILE: l10n.t('A profile: one named credential of one provider.'),
    USAGE: l10n.t('What the gateway noted about this profile. It is written again with every use.'),
    ORDER: l10n.t(
      'Tried from the first to the last. A profile that is not listed is not tried, except by a session’s own pin.',
    ),
    LAST_GOOD: l10n.t('The profile of this provider that worked last.'),
    type: l10n.t('What the credential is: api_key, token (from claude setup-token, for example) or oauth.'),
    provider: l10n.t('The provider that the credential is for, as in the model’s name before the slash.'),
    key: l10n.t('The API key.'),
    apiKey: l10n.t('The API key, by a name that some releases take in the place of key.'),
    keyRef: l10n.t('Where the gateway finds the API key; beats key.'),
    token: l10n.t('The token.'),
    tokenRef: l10n.t('Where the gateway finds the token; beats token.'),
    expires: l10n.t(
      'When the credential ends, in milliseconds since 1970. Without it the gateway never counts it as expired.',
    ),
    access: l10n.t('The OAuth access token, which the gateway renews with the refresh token.'),
    refresh: l10n.t('The OAuth refresh token. It works once, so a copy of it is of no use.'),
    oauthRef: l10n.t('Where the gateway finds the OAuth credential.'),
    email: l10n.t('The account, for people; it decides nothing.'),
    displayName: l10n.t('A name for people; it decides nothing.'),
    accountId: l10n.t('The provider’s id of the account.'),
    projectId: l10n.t('The provider’s id of the project.'),
    metadata: l10n.t('Further facts that the provider’s plugin keeps.'),
    copyToAgents: l10n.t('false: the gateway does not copy this credential to other agents.'),
    mode: l10n.t('Stands for type where that is missing, in releases from 2026.3.8 on.'),
    lastUsed: l10n.t('When it was used last. Without an order, the profile that waited longest comes first.'),
    cooldownUntil: l10n.t('Until then it is tried last, after a failure that passes.'),
    blockedUntil: l10n.t('Until then its quota is used up, and it is tried last.'),
    disabledUntil: l10n.t('Until then it is disabled, after a failure of billing or of the credential itself.'),
    disabledReason: l10n.t('Why it is disabled.'),
    cooldownReason: l10n.t('Why it cools down.'),
    cooldownModel: l10n.t('The one model that the cooldown is about.'),
    errorCount: l10n.t('Failures since it worked last; the cooldown grows with them.'),
    failureCounts: l10n.t('Failures by their reason.'),
    lastFailureAt: l10n.t('When it failed last.'),
    lastProbeAt: l10n.t('When the gateway tried last whether it works again.'),
    auth: l10n.t('What the configuration says about credentials. The credentials themselves stand in the store.'),
    CONFIG_PROFILES: l10n.t(
      'Profiles that are meant to be used, by id. Providers with profiles here try no others, unless an order says so.',
    ),
    CONFIG_PROFILE: l10n.t('A profile that the store must have under the same id.'),
    CONFIG_MODE: l10n.t(
      'The type that the profile must have in the store: api_key, token or oauth. Another one is not tried.',
    ),
    CONFIG_ORDER: l10n.t(
      'Per provider, the order in which profiles are tried, for agents without an order of their own.',
    ),
    cooldowns: l10n.t('How long failures and missing payment keep a profile waiting.'),
    lastTouchedVersion: l10n.t('The OpenClaw release that wrote this file last.'),
    REF_SOURCE: l10n.t('Where the value is found: env (a variable), file, exec (a program) or store.'),
    REF_PROVIDER: l10n.t('Which of the configured sources of that kind.'),
    REF_ID: l10n.t('The name of the value in its source, such as that of the variable.'),
  };
  return words[field];
}

/** Kind and length of a credential, and nothing of it: its known beginning is the same for everybody. */
export function secretWords({ kind, length, isReference }: SecretShape): string {
  if (isReference) return l10n.t('It names where the value is found, and is no secret itself.');
  if (length === 0) return l10n.t('It is empty.');
  return kind === null
    ? l10n.t('{0} characters, of a kind that is not known here. The value is not shown.', length)
    : l10n.t('{0}… ({1}), {2} characters. The rest is not shown.', kind.prefix, secretKindWords(kind.kind), length);
}

function secretKindWords(kind: 'token' | 'api_key' | 'refresh' | 'admin'): string {
  const words = {
    token: l10n.t('setup-token'),
    api_key: l10n.t('API key'),
    refresh: l10n.t('refresh token'),
    admin: l10n.t('admin key'),
  };
  return words[kind];
}

/** `26 Nov 2026, 09:17, in 3 days`. */
export function momentWords(unixMs: number, now: number): string {
  const left = unixMs - now;
  return left > 0
    ? l10n.t('{0}, in {1}', dateTime(unixMs), longSpan(left))
    : l10n.t('{0}, {1} ago', dateTime(unixMs), longSpan(left));
}

/** The same behind a number, where every space counts. */
export function hintWords(unixMs: number, now: number): string {
  const left = unixMs - now;
  return left > 0
    ? l10n.t('{0} · in {1}', dateTime(unixMs), shortSpan(left))
    : l10n.t('{0} · {1} ago', dateTime(unixMs), shortSpan(left));
}

export function problemWords(code: JsonProblemCode): string {
  const words: Record<JsonProblemCode, string> = {
    retired: l10n.t(
      'The OpenClaw release of this gateway keeps credentials in a database and does not use this file. Its doctor imports it: openclaw doctor --fix.',
    ),
    notADocument: l10n.t('The gateway expects an object here, and reads nothing of this document.'),
    flatShape: l10n.t(
      'Entries stand under "profiles", with type and provider. The gateway reads nothing of this older shape from 2026.3.31 on; its doctor may import it.',
    ),
    duplicateKey: l10n.t('This name stands here already. The gateway takes the last one; OpenClaw Auth edits neither.'),
    notAProfile: l10n.t('A profile is an object with type and provider.'),
    unknownType: l10n.t('The gateway knows the types api_key, token and oauth, and drops this profile.'),
    noProvider: l10n.t('The profile names no provider, so the gateway does not use it.'),
    noCredential: l10n.t('There is no credential in this profile, nor a reference to one.'),
    expiryNoDate: l10n.t(
      'This is no date: a number of milliseconds since 1970 is expected. The profile may not be tried.',
    ),
    timeInSeconds: l10n.t('This looks like seconds. The gateway reads milliseconds, and takes it for a day in 1970.'),
    missingInOrder: l10n.t('There is no profile with this id.'),
    whiteSpace: l10n.t('There is white space or a line break in the credential. Copy it again.'),
    cut: l10n.t('The token is too short: it was cut when it was copied. Copy all of its lines.'),
    oddLength: l10n.t('Setup-tokens have 108 characters. This one may have been cut when it was copied.'),
    twice: l10n.t('The credential stands here twice.'),
    notAToken: l10n.t('This is no setup-token of the provider; those begin with sk-ant-oat01-.'),
    tokenAsKey: l10n.t('This is a setup-token, not an API key: the type is to be token.'),
    refreshToken: l10n.t('This is a refresh token, which only the program that got it can use.'),
    adminKey: l10n.t('This is an admin key. It cannot be used for models.'),
    notPlainText: l10n.t('There are characters in it that no credential has. Copy it again.'),
  };
  return words[code];
}
