import type { ProviderId } from './ids.ts';
import type { Selection, SelectionIndex, Winner } from './selection.ts';
import { isModelKeyFirst, type OtherSources } from './winner.ts';

/** What the gateway looks at for a credential, in this order. The key of the configuration comes first where its entry says so. */
export const CHOICE_RULES = [
  'modelConfigFirst',
  'stored',
  'config',
  'configured',
  'default',
  'environment',
  'modelConfig',
] as const;
export type ChoiceRule = (typeof CHOICE_RULES)[number];

/**
 * `wins`: it names what is used. `decides`: it gives the order, in which nothing can be used. `passedOver`: it is there, and another
 * rule decides. `absent`: there is nothing to look at.
 */
export type StepState = 'wins' | 'decides' | 'passedOver' | 'absent';

export interface ChoiceStep {
  readonly rule: ChoiceRule;
  readonly state: StepState;
  /** Ids of the profiles that it lists, or names of variables. */
  readonly names: readonly string[];
}

/** The steps that led to `winner`, of a provider by its canonical id. */
export function listSteps(
  sources: OtherSources,
  provider: ProviderId,
  index: SelectionIndex,
  selection: Selection,
  winner: Winner,
): readonly ChoiceStep[] {
  const lists: readonly (readonly [ChoiceRule, readonly string[] | null])[] = [
    ['stored', selection.listedIn === 'stored' ? selection.listed : null],
    ['config', index.config.orders.get(provider)?.[0] ?? null],
    ['configured', index.config.configured.get(provider) ?? null],
    ['default', index.stored.get(provider)?.map(({ id }) => id) ?? null],
  ];
  const orders = lists.map(([rule, names]): ChoiceStep => {
    const decided = winner.kind === 'profile' ? 'wins' : 'decides';
    const state = rule === selection.source && winner.kind !== 'modelConfig' ? decided : 'passedOver';
    return { rule, state: names === null ? 'absent' : state, names: names ?? [] };
  });
  const variables = sources.environment.get(provider)?.map(({ name }) => name) ?? [];
  const environment: ChoiceStep = { rule: 'environment', ...stateOf(variables, winner.kind === 'environment') };
  const keys = sources.modelKeys.has(provider) ? [provider] : [];
  const isFirst = isModelKeyFirst(sources, provider);
  const rule = isFirst ? 'modelConfigFirst' : 'modelConfig';
  const key: ChoiceStep = { rule, ...stateOf(keys, winner.kind === 'modelConfig') };
  return isFirst ? [key, ...orders, environment] : [...orders, environment, key];
}

function stateOf(names: readonly string[], isWinner: boolean): Pick<ChoiceStep, 'state' | 'names'> {
  if (names.length === 0) return { state: 'absent', names };
  return { state: isWinner ? 'wins' : 'passedOver', names };
}
