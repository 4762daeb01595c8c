import type { ExtensionContext } from 'vscode';
import { compose, onGatewaySettings } from './compose.ts';
import { Lifetime, type Disposable } from './platform/lifetime.ts';

let root: Lifetime | null = null;

export async function activate(context: ExtensionContext): Promise<void> {
  const lifetime = new Lifetime();
  root = lifetime;
  let wired: Disposable = await compose(context);
  lifetime.add({ dispose: () => wired.dispose() });
  lifetime.add(
    onGatewaySettings(() => {
      wired.dispose();
      void compose(context).then((next) => {
        wired = next;
        if (lifetime.isOver) next.dispose();
      });
    }),
  );
}

export function deactivate(): void {
  root?.dispose();
  root = null;
}
