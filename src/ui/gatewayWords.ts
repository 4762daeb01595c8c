import { l10n } from 'vscode';
import type { GatewayAnswer, GatewayStatus } from '../domain/gatewayAnswer.ts';
import type { Difference } from '../domain/gatewayTruth.ts';
import { display } from '../view/display.ts';

/** What is said of the gateway that runs, when it is asked for something. */

/** Why it was not done. `model`: where a session was left. */
export function refusalWords(reason: string, model: string): string {
  const words = new Map([
    ['notOffered', l10n.t('This OpenClaw release has no safe way to do that. Nothing was changed.')],
    ['unknownMethod', l10n.t('This OpenClaw release has no safe way to do that. Nothing was changed.')],
    ['noGateway', l10n.t('No gateway answers, so nothing was changed. Start it and try again.')],
    [
      'noAccess',
      l10n.t(
        'OpenClaw has no token or password for its gateway. Nothing was changed; openclaw doctor --fix --generate-gateway-token makes one.',
      ),
    ],
    [
      'notAllowed',
      l10n.t(
        'The gateway waits for an approval of the openclaw program’s device. Nothing was changed; look at openclaw devices list.',
      ),
    ],
    ['elsewhere', l10n.t('OpenClaw is configured for a gateway on another host. Nothing was changed.')],
    ['unknownSession', l10n.t('The gateway does not know this session any more. Nothing was changed.')],
    [
      'notForOne',
      l10n.t('The gateway would make the model that of more than this session. Nothing was changed; use /model there.'),
    ],
    ['running', l10n.t('The session is at work. Nothing was changed; try again when it has answered.')],
    [
      'leftBetween',
      l10n.t('The profile is let go, but the session’s model is not back. Send this in its chat: /model {0}', model),
    ],
  ]);
  return words.get(reason) ?? l10n.t('The gateway refused it. Nothing was changed.');
}

/** Why there is nothing to compare with. */
export function noAnswerWords(answer: Exclude<GatewayAnswer, { kind: 'answered' }>, release: string | null): string {
  switch (answer.kind) {
    case 'notOffered':
      return l10n.t(
        'OpenClaw {0} cannot be asked for that. What is shown is read from its store.',
        display(release ?? '?'),
      );
    case 'noGateway':
      return l10n.t('No gateway answers. What is shown is read from the store, which it will read when it starts.');
    case 'noAccess':
      return l10n.t(
        'OpenClaw has no token or password for its gateway, so it cannot ask. openclaw doctor --fix --generate-gateway-token makes one.',
      );
    case 'notAllowed':
      return l10n.t(
        'The gateway waits for an approval of the openclaw program’s device. See openclaw devices list; the store is read without it.',
      );
    case 'elsewhere':
      return l10n.t('OpenClaw is configured for a gateway on another host, so there is none here to compare with.');
    case 'failed':
      return answer.error.code === 'processTimedOut'
        ? l10n.t('The gateway did not answer in time. What is shown is read from the store.')
        : l10n.t('The gateway’s answer was not understood. What is shown is read from the store.');
  }
}

export function gatewayStatusWords(status: GatewayStatus): string {
  const words: Record<GatewayStatus, string> = {
    ok: l10n.t('valid'),
    static: l10n.t('has no expiry'),
    expiring: l10n.t('expires soon'),
    expired: l10n.t('expired'),
    missing: l10n.t('not usable'),
    other: l10n.t('something else'),
  };
  return words[status];
}

export function differenceWords(difference: Difference | 'silent'): string {
  const words: Record<Difference | 'silent', string> = {
    notSeen: l10n.t('the gateway does not have it'),
    onlySeen: l10n.t('the gateway still has it, the store does not'),
    usable: l10n.t('only one of them can use it'),
    expiry: l10n.t('another date: the gateway has another credential'),
    silent: l10n.t('this release does not say'),
  };
  return words[difference];
}
