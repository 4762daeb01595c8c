import { l10n } from 'vscode';
import type { GatewayProfile } from '../domain/gatewayAnswer.ts';
import type { GatewayTruth, TruthProvider, TruthRow } from '../domain/gatewayTruth.ts';
import type { AgentStatus, ProfileStatus } from '../domain/status.ts';
import { inMarkdown } from '../view/display.ts';
import { markdownTable } from '../view/markdownTable.ts';
import type { Page } from './documents.ts';
import { differenceWords, gatewayStatusWords } from './gatewayWords.ts';
import { shortState } from './treeItem.ts';
import { dateTime } from './words.ts';

/** From when on the age of an answer is worth a word, ms. */
const OLD_MS = 2_000;

export interface Compared {
  readonly agent: AgentStatus;
  readonly truth: GatewayTruth;
  readonly ageMs: number;
  /** Unix ms, the gateway host's clock. */
  readonly now: number;
}

/** The store of an agent beside what the gateway that runs says of it. */
export function buildGatewayTruthPage({ agent, truth, ageMs, now }: Compared): Page {
  const title = l10n.t('Store and running gateway');
  const sections = [
    `# ${title}`,
    l10n.t('Agent {0}, {1}.', `**${inMarkdown(agent.id)}**`, dateTime(now)),
    truth.differences === 0
      ? l10n.t('The running gateway has what the store has.')
      : `**${l10n.t('Differences: {0}', truth.differences)}**`,
    ...(ageMs < OLD_MS
      ? []
      : [
          l10n.t(
            'A gateway keeps such an answer for a minute; this one was {0} s old, so a later change is not in it.',
            Math.round(ageMs / 1000),
          ),
        ]),
    truth.rows.length === 0 ? l10n.t('Neither has a profile.') : profileTable(truth.rows, now),
    ...(truth.providers.length === 0 ? [] : [`## ${l10n.t('Providers')}`, providerTable(truth.providers)]),
    l10n.t('Values are not compared: a gateway tells none. A replaced API key shows no difference here.'),
  ];
  return { name: title, text: `${sections.join('\n\n')}\n` };
}

function profileTable(rows: readonly TruthRow[], now: number): string {
  const head = [l10n.t('Profile'), l10n.t('Store'), l10n.t('Running gateway'), l10n.t('Difference')];
  return markdownTable(
    head,
    rows.map(({ profileId, ours, theirs, difference }) => [
      inMarkdown(profileId),
      ours === null ? '–' : storeWords(ours, now),
      theirs === null ? '–' : thereWords(theirs),
      difference === null ? '' : differenceWords(difference),
    ]),
  );
}

function storeWords(profile: ProfileStatus, now: number): string {
  const state = inMarkdown(shortState(profile, now));
  return profile.expiresAt === null ? state : `${state}, ${dateTime(profile.expiresAt)}`;
}

function thereWords({ status, expiresAt, isForeign }: GatewayProfile): string {
  const foreign = isForeign ? [l10n.t('from another program or the configuration')] : [];
  const date = expiresAt === null ? [] : [dateTime(expiresAt)];
  return [gatewayStatusWords(status), ...date, ...foreign].join(', ');
}

function providerTable(providers: readonly TruthProvider[]): string {
  const head = [l10n.t('Provider'), l10n.t('Running gateway'), l10n.t('Order')];
  return markdownTable(
    head,
    providers.map(({ provider, status, hasOtherOrder }) => [
      inMarkdown(provider),
      status === null ? '–' : gatewayStatusWords(status),
      hasOtherOrder ? l10n.t('another order than the store’s') : '',
    ]),
  );
}
