import { commands, EventEmitter, Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';

const SCHEME = 'openclaw-auth';

/** A page that is read and not edited, in Markdown. */
export interface Page {
  /** What the tab is called, without an ending. One page of each name is kept: showing another replaces it. */
  readonly name: string;
  /** Names from stores must have gone through `inMarkdown`. No secret. */
  readonly text: string;
}

/** Read-only pages, painted by VS Code's own Markdown preview, which runs nothing that stands in them. */
export class Documents implements Disposable {
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.add(new EventEmitter<Uri>());
  readonly #texts = new Map<string, string>();

  constructor() {
    const provider: TextDocumentContentProvider = {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: ({ path }) => this.#texts.get(path) ?? '',
    };
    this.#lifetime.add(workspace.registerTextDocumentContentProvider(SCHEME, provider));
  }

  async show({ name, text }: Page): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}.md` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    try {
      await commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // The editor's Markdown support can be switched off.
      await window.showTextDocument(uri, { preview: true });
    }
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}
