import { emptyConfig, parseConfig } from '../domain/configDocument.ts';
import type { ConfigAuth } from '../domain/snapshot.ts';
import { readTextFile } from './readFile.ts';

export interface ConfigView {
  readonly auth: ConfigAuth;
  /** For the readers of its other parts; `null` where there is no text. */
  readonly text: string | null;
}

/** Reads `openclaw.json`. Never throws. */
export async function readConfigFile(path: string): Promise<ConfigView> {
  const file = await readTextFile(path);
  if (file.kind === 'ok') return { auth: parseConfig(file.text, path), text: file.text };
  const state = file.kind === 'missing' ? 'missing' : file.problem === 'notUtf8' ? 'malformed' : 'unreadable';
  return { auth: emptyConfig(path, state), text: null };
}
