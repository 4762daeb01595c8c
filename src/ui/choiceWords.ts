import { l10n } from 'vscode';
import type { ChoiceRule, StepState } from '../domain/choiceSteps.ts';

/** What the gateway looks at for a credential. */
export function ruleWords(rule: ChoiceRule): string {
  const words: Record<ChoiceRule, string> = {
    modelConfigFirst: l10n.t('models.providers in openclaw.json, which puts its key first'),
    stored: l10n.t('Order set for this agent'),
    config: l10n.t('auth.order in openclaw.json'),
    configured: l10n.t('auth.profiles in openclaw.json'),
    default: l10n.t('Profiles in the store'),
    environment: l10n.t('Environment'),
    modelConfig: l10n.t('models.providers in openclaw.json'),
  };
  return words[rule];
}

export function stepStateWords(state: StepState): string {
  const words: Record<StepState, string> = {
    wins: l10n.t('decides'),
    decides: l10n.t('decides, and nothing in it can be used'),
    passedOver: l10n.t('there, not asked'),
    absent: l10n.t('none'),
  };
  return words[state];
}
