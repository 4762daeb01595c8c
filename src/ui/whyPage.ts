import { l10n } from 'vscode';
import type { ChoiceRule, ChoiceStep } from '../domain/choiceSteps.ts';
import type { Health } from '../domain/health.ts';
import type { Winner } from '../domain/selection.ts';
import type { SessionPin } from '../domain/sessionPin.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../domain/status.ts';
import type { WhatIf } from '../domain/whatIf.ts';
import { inMarkdown } from '../view/display.ts';
import { markdownTable } from '../view/markdownTable.ts';
import { ruleWords, stepStateWords } from './choiceWords.ts';
import type { Page } from './documents.ts';
import { dateTime, healthWords, longSpan, reasonWords, typeWords } from './words.ts';

export interface WhyParts {
  readonly host: HostStatus;
  readonly agent: AgentStatus;
  readonly provider: ProviderStatus;
  readonly whatIfs: readonly WhatIf[];
  /** Sessions that keep to a profile, as far as they can be read. */
  readonly pins: readonly SessionPin[];
  /** Unix ms, gateway host's clock. */
  readonly now: number;
}

/** Longer lists are cut, which is said: a page is for reading. */
const MAX_ROWS = 200;

/** Why a provider's credential is the one in use: what was looked at, every candidate, and what would change it. */
export function buildWhyPage(parts: WhyParts): Page {
  const { host, agent, provider } = parts;
  const name = l10n.t('Why {0} of {1}', provider.id.replaceAll(/[\\/]/g, '-'), agent.id.replaceAll(/[\\/]/g, '-'));
  const [where, of] = [inMarkdown(`${host.userName}@${host.hostName}`), inMarkdown(agent.id)];
  const sections = [
    `# ${headline(provider)}`,
    l10n.t('Agent {0} on {1}, read {2}.', `**${of}**`, where, dateTime(host.readAt)),
    `## ${l10n.t('What the gateway looks at, in this order')}`,
    provider.steps.map(stepLine).join('\n'),
    `## ${l10n.t('Candidates, in the order in which they are tried')}`,
    candidates(parts),
    `## ${l10n.t('What would change it')}`,
    changes(parts),
    ...pinned(parts),
    l10n.t(
      'A session that pins a profile uses that one, whatever stands here. Within a session OpenClaw may also stay with the profile that it began with.',
    ),
  ];
  return { name, text: `${sections.join('\n\n')}\n` };
}

function pinned({ agent, provider, pins }: WhyParts): string[] {
  const ids = new Set(provider.profiles.map(({ id }) => id));
  const found = pins.filter((pin) => pin.agentId === agent.id && ids.has(pin.profileId)).slice(0, MAX_ROWS);
  if (found.length === 0) return [];
  const lines = found.map((pin) => `- ${inMarkdown(pin.displayName)}: ${inMarkdown(pin.profileId)}`);
  return [`## ${l10n.t('Sessions that keep to one')}`, lines.join('\n')];
}

function headline({ id, winner }: ProviderStatus): string {
  if (winner.kind === 'none') return l10n.t('Nothing can be used for {0}', inMarkdown(id));
  return l10n.t('{0} is used next for {1}', nameOf(winner), inMarkdown(id));
}

/** As Markdown. */
function nameOf(winner: Winner): string {
  if (winner.kind === 'none') return l10n.t('nothing');
  if (winner.kind === 'modelConfig') return l10n.t('the key in openclaw.json');
  return inMarkdown(winner.kind === 'profile' ? winner.profileId : winner.variable);
}

function stepLine({ rule, state, names }: ChoiceStep, index: number): string {
  const list = rule.startsWith('modelConfig') ? [] : names.slice(0, MAX_ROWS).map(inMarkdown);
  const words = stepStateWords(state);
  const said = state === 'wins' ? `**${words}**` : words;
  return `${String(index + 1)}. ${ruleWords(rule)}: ${said}${list.length === 0 ? '' : ` (${list.join(', ')})`}`;
}

function candidates({ provider, now }: WhyParts): string {
  const tried = new Map(provider.order.profileIds.map((id, index) => [id, index + 1]));
  const known = new Set(provider.profiles.map(({ id }) => id));
  const rows = provider.profiles.slice(0, MAX_ROWS).map((profile) => {
    const place = profile.reason === 'modelKeyFirst' ? undefined : tried.get(profile.id);
    const state = [reasonWords(profile.reason), ...stateFacts(profile, now)].join('; ');
    return [place === undefined ? '–' : String(place), inMarkdown(profile.id), putBy(provider, profile), state];
  });
  const missing = provider.order.listed.filter((id) => !known.has(id)).slice(0, MAX_ROWS);
  const source = provider.order.listedIn;
  const lost = missing.map((id) => [
    '–',
    inMarkdown(id),
    source === null ? '' : ruleWords(source),
    l10n.t('not there: the order names a profile that the store does not have'),
  ]);
  const others = provider.steps.flatMap((step) => otherRows(step));
  const all = [...rows, ...lost, ...others];
  if (all.length === 0) return l10n.t('None.');
  const head = ['#', l10n.t('Credential'), l10n.t('Put there by'), l10n.t('State')];
  const cut = provider.profiles.length - MAX_ROWS;
  const more = cut > 0 ? `\n\n${l10n.t('{0} more are not shown.', cut)}` : '';
  return `${markdownTable(head, all)}${more}`;
}

function otherRows({ rule, state, names }: ChoiceStep): string[][] {
  if (rule !== 'environment' && !rule.startsWith('modelConfig')) return [];
  const words = state === 'wins' ? l10n.t('in use') : l10n.t('only when no profile can be tried');
  const label = (name: string): string => (rule === 'environment' ? inMarkdown(name) : 'apiKey');
  return names.map((name) => ['–', label(name), ruleWords(rule), words]);
}

/** The rule that gives a profile its place. */
function putBy({ order, steps }: ProviderStatus, { id, origin }: ProfileStatus): string {
  const isConfigured = steps.some(({ rule, names }) => rule === 'configured' && names.includes(id));
  const otherwise: ChoiceRule = isConfigured ? 'configured' : 'default';
  const rule = order.listedIn !== null && order.listed.includes(id) ? order.listedIn : otherwise;
  return origin === 'inherited' ? l10n.t('{0}; inherited from main', ruleWords(rule)) : ruleWords(rule);
}

const SAID_BY_DATES: ReadonlySet<Health> = new Set<Health>(['expired', 'coolingDown', 'disabled']);

function stateFacts(profile: ProfileStatus, now: number): string[] {
  const { type, health, expiresAt, cooldownUntil, cooldownModel, cooldownReason, disabledUntil } = profile;
  const until = (at: number): string => `${dateTime(at)} (${longSpan(at - now)})`;
  const reason = (text: string | null): string => (text === null ? '' : `, ${inMarkdown(text)}`);
  return [
    typeWords(type),
    ...(SAID_BY_DATES.has(health) ? [] : [healthWords(health)]),
    ...(expiresAt === null
      ? []
      : [expiresAt > now ? l10n.t('expires {0}', until(expiresAt)) : l10n.t('expired {0}', dateTime(expiresAt))]),
    ...(cooldownUntil !== null && cooldownUntil > now
      ? [
          cooldownModel === null
            ? l10n.t('cooling down until {0}{1}', until(cooldownUntil), reason(cooldownReason))
            : l10n.t(
                'cooling down for the model {2} until {0}{1}',
                until(cooldownUntil),
                reason(cooldownReason),
                inMarkdown(cooldownModel),
              ),
        ]
      : []),
    ...(disabledUntil !== null && disabledUntil > now
      ? [l10n.t('disabled until {0}{1}', until(disabledUntil), reason(profile.disabledReason))]
      : []),
  ];
}

function changes({ provider, whatIfs, now }: WhyParts): string {
  const lines = whatIfs.map((one) => `- ${whatIfWords(one, provider, now)}`);
  return lines.length === 0
    ? l10n.t('Nothing that is known here, but a change of the store or the configuration.')
    : lines.join('\n');
}

function whatIfWords(one: WhatIf, { winner }: ProviderStatus, now: number): string {
  const then = nameOf(one.then);
  switch (one.kind) {
    case 'time': {
      const when = `${dateTime(one.at)} (${longSpan(one.at - now)})`;
      return l10n.t('{0}: {1}. Then: {2}.', when, eventWords(one), then);
    }
    case 'refused':
      return one.then.kind === 'none'
        ? l10n.t('If the provider refuses {0}, nothing else of this provider is tried.', nameOf(winner))
        : l10n.t('If the provider refuses {0}, {1} is tried next.', nameOf(winner), then);
    case 'clearOrder':
      return l10n.t('Clearing the order set for this agent: {0} would be used.', then);
    case 'renew':
      return l10n.t('Renewing {0}: it would be used.', then);
  }
}

function eventWords({ event, profileId }: Extract<WhatIf, { kind: 'time' }>): string {
  const name = inMarkdown(profileId);
  const words: Record<typeof event, string> = {
    expires: l10n.t('{0} expires', name),
    cooldownEnds: l10n.t('the cooldown of {0} ends', name),
    disableEnds: l10n.t('{0} is enabled again', name),
  };
  return words[event];
}
