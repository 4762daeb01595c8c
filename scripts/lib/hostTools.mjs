// @ts-check
/**
 * What the suites of other hosts drive: an sshd, the login shells that people have, podman. On a Debian machine that runs as
 * root (a container) they are installed.
 */
import { existsSync } from 'node:fs';
import { installWithApt } from './apt.mjs';
import { which } from './run.mjs';

const SSHD = '/usr/sbin/sshd';
const SHELLS = ['zsh', 'fish', 'tcsh'];

const hasSsh = () => existsSync(SSHD) && which('ssh') !== undefined && which('ssh-keygen') !== undefined;
const hasShells = () => SHELLS.every((shell) => which(shell) !== undefined);
const hasPodman = () => which('podman') !== undefined && (which('runc') ?? which('crun')) !== undefined;

/** Those that are missing afterwards are left out by the suites, each of which names the shells that it drove. */
export async function ensureLoginShells() {
  if (!hasShells()) await installWithApt(SHELLS, hasShells);
}

/** Readers of what is generated for timers. Without systemd its rules are judged by the suite's own reading of them. */
export async function ensureTimerReaders() {
  const hasPlist = () => process.platform === 'darwin' || which('python3') !== undefined;
  if (!hasPlist()) await installWithApt(['python3'], hasPlist);
  if (!hasPlist()) throw new Error('python3 was not found. Install it: it reads property lists in the tests.');
  const hasSystemd = () => which('systemd-analyze') !== undefined;
  if (!hasSystemd()) await installWithApt(['systemd'], hasSystemd);
}

/** Pulls the cable of a network of its own, as root on Linux; elsewhere the suite reports what it leaves out. */
export async function ensureNetworkTools() {
  const isThere = () => which('ip') !== undefined;
  if (!isThere()) await installWithApt(['iproute2'], isThere);
}

export async function ensureSshd() {
  if (!hasSsh()) await installWithApt(['openssh-server', 'openssh-client'], hasSsh);
  if (hasSsh()) return;
  throw new Error(
    `No ssh client or no ${SSHD}. Install them (Debian and Ubuntu: ` +
      'sudo apt-get install --no-install-recommends openssh-server openssh-client); neither has to be started.',
  );
}

/** Containers of a folder need root: for everybody else the suites report what they leave out. */
export async function ensurePodman() {
  if (process.getuid?.() !== 0) return;
  if (!hasPodman()) await installWithApt(['podman', 'runc'], hasPodman);
  if (hasPodman()) return;
  throw new Error(
    'podman was not found. Install it (Debian and Ubuntu: apt-get install --no-install-recommends podman runc).',
  );
}
