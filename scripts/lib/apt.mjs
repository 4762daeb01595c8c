// @ts-check
/** Programs that the tests start and npm does not have. On a Debian machine that runs as root (a container) they are installed. */
import { withLock } from './lock.mjs';
import { run, which } from './run.mjs';

/**
 * Installs Debian packages where that is possible; where it is not, nothing happens, and the caller looks for its program again.
 * @param {readonly string[]} packages
 * @param {() => boolean} isThere asked once nobody else is installing
 */
export async function installWithApt(packages, isThere) {
  const apt = which('apt-get');
  if (apt === undefined || process.getuid?.() !== 0) return;
  await withLock('apt', async () => {
    if (isThere()) return;
    console.error(`Installing ${packages.join(', ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const patient = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
    await run(apt, [...patient, 'update'], { env });
    await run(apt, [...patient, 'install', '-y', '--no-install-recommends', ...packages], { env });
  });
}
