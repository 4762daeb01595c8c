import { l10n } from 'vscode';
import {
  isWritten,
  type CopyEffect,
  type CopyObstacle,
  type CopyRefusal,
  type CopyTarget,
} from '../sync/copyProfile.ts';
import { storeStateWords } from './words.ts';

/** What a copy would do to one agent. */
export function effectWords(target: CopyTarget): string {
  const words = ownEffectWords(target);
  return target.isDefault && isWritten(target) ? l10n.t('{0}, also for agents that inherit from it', words) : words;
}

function ownEffectWords({ effect }: CopyTarget): string {
  if (effect.kind === 'cannot') return l10n.t('cannot: {0}', obstacleWords(effect.obstacle));
  const words: Record<Exclude<CopyEffect['kind'], 'cannot'>, string> = {
    add: l10n.t('adds the profile'),
    replace: l10n.t('replaces another credential'),
    shadow: l10n.t('inherits one now; gets its own, which no longer follows the default agent'),
    expiry: l10n.t('has it already; gets its expiry'),
    same: l10n.t('has it already; nothing to do'),
  };
  return words[effect.kind];
}

function obstacleWords(obstacle: CopyObstacle): string {
  if (obstacle.kind === 'broken') return l10n.t('store {0}', storeStateWords(obstacle.state));
  const words: Record<Exclude<CopyObstacle['kind'], 'broken'>, string> = {
    unreadable: l10n.t('an entry of this name there cannot be read'),
    oauth: l10n.t('an OAuth login stands there, which is the gateway’s'),
    ref: l10n.t('a reference to a value kept elsewhere stands there'),
    unknownType: l10n.t('a type not known to this version stands there'),
    otherProvider: l10n.t('a profile of another provider has this name there'),
  };
  return words[obstacle.kind];
}

/** Why a profile is not copied to any agent. */
export function refusalWords(reason: CopyRefusal): string {
  const words: Record<CopyRefusal, string> = {
    oauth: l10n.t(
      'OAuth logins are not copied: their refresh tokens work once, so two agents would end each other’s login. Log in for each agent with openclaw. Nothing was changed.',
    ),
    ref: l10n.t('This profile is a reference to a value kept elsewhere, so it is not copied. Nothing was changed.'),
    unknownType: l10n.t('The type of this profile is not known to this version. Nothing was changed.'),
    hidden: l10n.t('The store’s values cannot be read on this release. Nothing was changed.'),
    missing: l10n.t('This profile has no credential that could be copied. Nothing was changed.'),
    inherited: l10n.t('This agent inherits the profile; copy it from the default agent. Nothing was changed.'),
  };
  return words[reason];
}
