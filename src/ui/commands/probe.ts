import { l10n } from 'vscode';
import type { ProbeReason, ProbeResult, ProbeStatus } from '../../domain/probe.ts';
import { display, inMarkdown } from '../../view/display.ts';
import { markdownTable } from '../../view/markdownTable.ts';
import type { Argument } from '../../view/targets.ts';
import type { Page } from '../documents.ts';
import { dateTime } from '../words.ts';
import type { CommandContext } from './context.ts';
import { resolveAgent } from './target.ts';

/** Sends a small request with each credential of an agent, after saying what that costs, and shows how each ended. */
export async function probeCredentials(context: CommandContext, argument: Argument): Promise<void> {
  const { messages, gateway, documents, model } = context;
  const title = l10n.t('Probe Credentials');
  const agent = await resolveAgent(context, argument, title);
  if (agent === null) return;
  const isSure = await messages.confirm(
    l10n.t('Send a request with each credential of agent {0}?', display(agent.id)),
    [
      l10n.t('OpenClaw sends one small request for each profile that is tried, and for each key in its environment.'),
      l10n.t('Those that are billed per use cost what such a request costs, and each counts against its limits.'),
      l10n.t('It is never done without you. It may take a minute or two, and can be cancelled.'),
    ].join('\n'),
    l10n.t('Send'),
  );
  if (!isSure) return;
  const results = await messages.during(l10n.t('Probing the credentials of {0}', display(agent.id)), ({ signal }) =>
    gateway.probe(agent.id, { signal }),
  );
  await documents.show(page(agent.id, results, model.now()));
  const works = results.filter(({ status }) => status === 'ok').length;
  const refused = results.filter(({ status }) => status !== 'ok' && status !== 'notTried');
  const text = l10n.t('{0} of {1} credentials work.', works, results.length);
  if (refused.length === 0) void messages.inform(text);
  else {
    const why = refused.map((one) => `${display(one.profileId ?? one.provider)}: ${statusWords(one.status)}`);
    void messages.warn([text, ...why.slice(0, 3)].join(' '));
  }
}

function page(agentId: string, results: readonly ProbeResult[], now: number): Page {
  const head = [l10n.t('Credential'), l10n.t('Answer'), l10n.t('Why'), l10n.t('Time')];
  const rows = results.map(({ provider, profileId, status, reason, latencyMs }) => [
    inMarkdown(profileId ?? provider),
    statusWords(status),
    reason === null ? '' : reasonWords(reason),
    latencyMs === null ? '' : l10n.t('{0} ms', latencyMs),
  ]);
  const table = markdownTable(head, rows);
  const sections = [
    `# ${l10n.t('What the providers answered')}`,
    l10n.t('Agent {0}, {1}. Probed by OpenClaw itself.', `**${inMarkdown(agentId)}**`, dateTime(now)),
    results.length === 0 ? l10n.t('There is nothing to probe.') : table,
    l10n.t('An answer is true of that moment and of one model. A model of another kind may still be refused.'),
  ];
  return { name: l10n.t('Probe'), text: `${sections.join('\n\n')}\n` };
}

function statusWords(status: ProbeStatus): string {
  const words: Record<ProbeStatus, string> = {
    ok: l10n.t('works'),
    auth: l10n.t('refused'),
    rate_limit: l10n.t('too many requests'),
    billing: l10n.t('no credit'),
    timeout: l10n.t('no answer in time'),
    format: l10n.t('request not understood'),
    notTried: l10n.t('not sent'),
    other: l10n.t('failed'),
  };
  return words[status];
}

function reasonWords(reason: ProbeReason): string {
  const words: Record<ProbeReason, string> = {
    excluded_by_auth_order: l10n.t('not in the order'),
    missing_credential: l10n.t('it has no credential'),
    expired: l10n.t('expired'),
    invalid_expires: l10n.t('its expiry is not a date'),
    unresolved_ref: l10n.t('its reference leads nowhere'),
    ineligible_profile: l10n.t('another type than openclaw.json expects'),
    no_model: l10n.t('no model of this provider is known'),
  };
  return words[reason];
}
