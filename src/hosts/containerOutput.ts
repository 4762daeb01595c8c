import { parseHostSpecs, type ContainerSpec } from './hostSpec.ts';

/** The question whose answer {@link parseContainers} reads: running containers, for docker and podman alike. Constant. */
export const LIST_CONTAINERS: readonly string[] = ['ps', '--no-trunc', '--format', '{{.ID}} {{.Names}}'];

export type RunningContainer = Pick<ContainerSpec, 'id' | 'name'>;

/** One of several names is enough to show. A row that is anything else is left out. */
export function parseContainers(text: string): readonly RunningContainer[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [id, names] = line.trim().split(' ');
    const [name] = names?.split(',') ?? [];
    const [spec] = parseHostSpecs([{ kind: 'container', engine: 'docker', id, name }]).specs;
    return spec?.kind === 'container' ? [{ id: spec.id, name: spec.name }] : [];
  });
}
