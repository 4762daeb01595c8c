/** Which of OpenClaw's documents a file is, by its name. `config`: `openclaw.json`, of which only the auth parts are ours. */
export type HelpedDocument = 'profiles' | 'state' | 'config';

export const HELPED_FILES: Readonly<Record<string, HelpedDocument>> = {
  'auth-profiles.json': 'profiles',
  'auth-state.json': 'state',
  'openclaw.json': 'config',
};

/** `null`: not one of them. `path` may have either kind of slash. */
export function helpedDocument(path: string): HelpedDocument | null {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return Object.hasOwn(HELPED_FILES, name) ? (HELPED_FILES[name] ?? null) : null;
}

/** The agent that the file is about: `agents/<id>/agent/<file>`. */
export function agentOfPath(path: string): string | null {
  return /[\\/]agents[\\/]([^\\/]+)[\\/]agent[\\/][^\\/]+$/.exec(path)?.[1] ?? null;
}
