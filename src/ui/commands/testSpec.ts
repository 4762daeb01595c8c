import { l10n } from 'vscode';
import { AppError } from '../../domain/errors.ts';
import { mayMissGateway, userOfGateway } from '../../hosts/probeFacts.ts';
import { HostFailure } from '../../hosts/hostFailure.ts';
import { hostLabel, parseHostSpecs, type HostSpec } from '../../hosts/hostSpec.ts';
import type { Messages } from '../messages.ts';
import { presentError } from '../presentError.ts';
import type { CommandContext } from './context.ts';

/**
 * Tries a way to a host before it is kept, as it is to be kept then: a gateway's files are written as the gateway's user. `null`:
 * not at all. `keep` is the button for one that fails.
 */
export async function testSpec(
  { openRemote, messages }: CommandContext,
  spec: HostSpec,
  keep: string,
): Promise<HostSpec | null> {
  const host = openRemote(spec);
  const title = l10n.t('Connecting to {0}', hostLabel(spec));
  try {
    const lines = await messages.during(title, ({ signal }) => host.probe(signal));
    if (mayMissGateway(spec, lines) && !(await messages.confirm(questionOf(spec), wslWords(spec), keep))) return null;
    const other = userOfGateway(lines);
    if (spec.kind === 'container' && other !== null) return specAs(spec, other);
    return other === null || (await confirmUser(messages, spec, other, keep)) ? spec : null;
  } catch (thrown) {
    const error = hostErrorOf(thrown);
    if (error.code === 'cancelled') return null;
    const why = presentError(error).message;
    return (await messages.confirm(questionOf(spec), why, keep)) ? spec : null;
  } finally {
    host.dispose();
  }
}

function specAs(spec: HostSpec, user: string): HostSpec {
  return parseHostSpecs([{ ...spec, user }]).specs[0] ?? spec;
}

function confirmUser(messages: Messages, spec: HostSpec, other: string, keep: string): Promise<boolean> {
  return messages.confirm(
    questionOf(spec),
    l10n.t('The gateway there runs as another user ({0}). Log in as that user, or its files may become yours.', other),
    keep,
  );
}

/** Of a distribution in which no gateway runs. */
export function wslWords(spec: HostSpec): string {
  return l10n.t(
    'No OpenClaw gateway runs in {0}. If it runs in another distribution, it does not see a login in this one.',
    hostLabel(spec),
  );
}

function questionOf(spec: HostSpec): string {
  return l10n.t('Keep {0} all the same?', hostLabel(spec));
}

/** Of what a `RemoteHost` throws. */
export function hostErrorOf(thrown: unknown): AppError {
  if (!(thrown instanceof HostFailure)) return AppError.from(thrown);
  return new AppError('hostAway', { reason: thrown.code, ...thrown.details }, { cause: thrown });
}
