import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';

/**
 * A folder for the sockets of shared connections, where nobody but this account may look; null where there is none to be had, so
 * that nothing is shared. Whoever could put a socket there would be given what is meant for the host.
 */
export async function controlFolder(env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const { uid } = userInfo();
  const folder = path.join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), `openclaw-auth-${String(uid)}`);
  // It may be there; what it is then decides.
  await mkdir(folder, { mode: 0o700 }).catch(() => {});
  try {
    const found = await lstat(folder);
    return found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0 ? folder : null;
  } catch {
    return null;
  }
}
