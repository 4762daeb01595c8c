import { parseHostSpecs, type HostSpec } from './hostSpec.ts';

/** What a person may change of a host that is in the list; which host it is stays. */
export type SpecField = 'user' | 'port' | 'stateDir' | 'node' | 'openclaw' | 'claude';

/** Fields of a spec, in the order in which they are asked for. */
export function fieldsOfSpec({ kind }: HostSpec): readonly SpecField[] {
  return [
    ...(kind === 'local' ? [] : (['user'] as const)),
    ...(kind === 'ssh' ? (['port'] as const) : []),
    ...(['stateDir', 'node', 'openclaw', 'claude'] as const),
  ];
}

/** As text; empty for one that is not set. */
export function textOfField(spec: HostSpec, field: SpecField): string {
  const fields: Readonly<Partial<Record<SpecField, string | number | undefined>>> = spec;
  return String(fields[field] ?? '');
}

/** The spec with a field as it was typed, without it where nothing was. `null`: it cannot be that. */
export function withField(spec: HostSpec, field: SpecField, typed: string): HostSpec | null {
  const text = typed.trim();
  const value = field === 'port' ? Number(text) : text;
  return parseHostSpecs([{ ...spec, [field]: text === '' ? undefined : value }]).specs[0] ?? null;
}
