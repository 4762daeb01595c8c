import { l10n } from 'vscode';
import { fingerprintCredential } from '../../domain/credential.ts';
import { AppError } from '../../domain/errors.ts';
import { seenCredential } from '../../domain/expectation.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { dateTime } from '../words.ts';
import { concludeChange } from './concludeChange.ts';
import { noteChange, type CommandContext } from './context.ts';
import { askExpiry } from './expiry.ts';
import { identityOf } from './place.ts';
import { resolveProfile } from './target.ts';
import { undoOfCopy } from './undoParts.ts';

/** Keeps in VS Code when a token ends of which the store does not say so. The store is not written. */
export async function recordExpiry(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Record Expiry');
  const target = await resolveProfile(context, argument, 'recordExpiry', title);
  if (target === null) return;
  const identity = identityOf(context, {
    agentId: target.agent.id,
    provider: target.profile.provider,
    profileId: target.profile.id,
  });
  const { agentId, profileId } = identity;
  const seen = seenCredential(context.model.profile(agentId, profileId));
  const expiresAt = await askExpiry(title, context.clock.now());
  if (expiresAt === undefined || expiresAt === null) return;
  const credential = await context.gateway.readCredential(agentId, profileId);
  const changed = new AppError('changeConflict', { side: 'store' });
  if (credential?.type !== 'token') return context.messages.report(changed);
  const baseFingerprint = fingerprintCredential(credential, context.fingerprint);
  if (baseFingerprint !== seen) return context.messages.report(changed);
  const before = await context.vault.read(identity);
  const outcome = await context.vault.put(identity, { ...credential, expiresAt }, { baseFingerprint });
  const record = await noteChange(context, { ...identity, action: 'keepCopy' }, 'offered', outcome);
  const done = l10n.t('VS Code knows now that {0} expires {1}.', display(profileId), dateTime(expiresAt));
  await concludeChange(context, { outcome, record }, done, () =>
    before.kind === 'unreadable' ? null : undoOfCopy(context, identity, { before, after: baseFingerprint, record }),
  );
}
