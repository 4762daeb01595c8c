import { buildEnvironmentPage } from '../environmentPage.ts';
import type { CommandContext } from './context.ts';

/** Shows which key variables stand where. */
export async function showEnvironment({ model, documents }: CommandContext): Promise<void> {
  await model.reload();
  const [host, { state }] = [model.status(), model];
  if (host === null || state.kind !== 'ready') return;
  await documents.show(buildEnvironmentPage(host, state.snapshot.variables));
}
