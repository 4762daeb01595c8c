import type { ExtensionContext } from 'vscode';
import { compose, onGatewaySettings } from './compose.ts';
import { KeyedQueue } from './platform/keyedQueue.ts';
import { Lifetime, type Disposable } from './platform/lifetime.ts';

let root: Lifetime | null = null;

export async function activate(context: ExtensionContext): Promise<void> {
  const lifetime = new Lifetime();
  root = lifetime;
  let wired: Disposable = await compose(context);
  lifetime.add({ dispose: () => wired.dispose() });
  // One wiring at a time: a setting changes with every character that is typed, and two would register the same commands.
  const wirings = new KeyedQueue<'wiring'>();
  const rewire = async (): Promise<void> => {
    wired.dispose();
    wired = await compose(context);
    if (lifetime.isOver) wired.dispose();
  };
  lifetime.add(onGatewaySettings(() => void wirings.run('wiring', rewire)));
}

export function deactivate(): void {
  root?.dispose();
  root = null;
}
