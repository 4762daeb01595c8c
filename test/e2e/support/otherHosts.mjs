// @ts-check
/**
 * Two more hosts with a gateway home each: an account behind a real sshd on loopback, known to the user's ssh configuration as
 * `vps`, and a container of podman. Where podman makes none, `box` is null and `missing` says why.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { fakeSetupToken, days } from '../../../scripts/lib/demo/fakes.mjs';
import { writeStandIn } from '../../../scripts/lib/demo/standIn.mjs';
import { findPodman, startContainer } from '../../hosts/support/podman.ts';
import { startSshd } from '../../hosts/support/sshd.ts';

/**
 * @typedef {object} OtherHosts
 * @property {import('../../hosts/support/sshd.ts').TestSshd} sshd
 * @property {Gateway} vps
 * @property {Box | null} box
 * @property {string | null} missing why there is no container
 * @property {(standInToken: string) => void} setStandIn what `claude` prints on `vps`
 * @property {string} phrase of the user's key to `vps`
 * @property {() => void} forgetPhrase from then on the key has none, as if an agent held it
 * @property {() => Promise<void>} remove
 *
 * @typedef {Gateway & {
 *   container: import('../../hosts/support/podman.ts').TestContainer,
 *   endGateway: () => void,
 * }} Box
 *
 * @typedef {object} Gateway
 * @property {string} stateDir as this machine sees it
 * @property {() => Record<string, any>} profiles of its default agent, as they stand in the store
 */

const AGENT = 'agents/main/agent';
const PHRASE = 'phrase of a fake key';

/**
 * @param {string} home of the user, for `~/.ssh/config` and the `ssh` that reads it
 * @returns {Promise<OtherHosts>}
 */
export async function startOtherHosts(home) {
  const sshd = await startSshd([{ name: 'vps', shell: '/bin/bash' }]);
  const vps = makeGateway(path.join(sshd.home, '.openclaw'), 'anthropic:vps', 2);
  const bin = path.join(sshd.home, 'bin');
  // As installers of version managers and of claude do it.
  const profile = `PATH=${bin}:${path.dirname(process.execPath)}:$PATH\nexport PATH\nPS1='vps$ '\n`;
  writeFileSync(path.join(sshd.home, '.bash_profile'), profile);
  writeSshConfig(home, sshd);
  const change = (/** @type {string} */ from, /** @type {string} */ to) =>
    execFileSync('ssh-keygen', ['-q', '-p', '-P', from, '-N', to, '-f', path.join(sshd.folder, 'id-vps')], {
      stdio: 'pipe',
    });
  change('', PHRASE);
  const podman = await findPodman();
  const box = podman.program === null ? null : await startBox(podman.program, sshd.folder);
  return {
    ...{ sshd, vps, box, missing: podman.missing },
    phrase: PHRASE,
    forgetPhrase: () => void change(PHRASE, ''),
    setStandIn: (token) => writeStandIn(bin, token),
    remove: async () => {
      await box?.container.remove();
      await sshd.stop();
    },
  };
}

/** @param {string} program @param {string} shared */
async function startBox(program, shared) {
  const container = await startContainer(program, shared);
  const gateway = makeGateway(path.join(container.home, '.openclaw'), 'anthropic:box', 40);
  giveTo(gateway.stateDir, container.uid);
  // A stand-in for the gateway's process, which is seen from outside too: by it the extension learns whose files these are.
  const running = path.join(container.home, 'running');
  writeFileSync(running, '');
  const user = `${String(container.uid)}:${String(container.uid)}`;
  const wait = 'while [ -e ~/running ]; do sleep 0.1; done';
  const gatewayProcess = ['/bin/sh', '-c', wait, 'openclaw', 'gateway'];
  await container.run('exec', '-d', '-u', user, container.id, ...gatewayProcess);
  return { ...gateway, container, endGateway: () => rmSync(running) };
}

/**
 * @param {string} stateDir
 * @param {string} id
 * @param {number} daysLeft
 * @returns {Gateway}
 */
function makeGateway(stateDir, id, daysLeft) {
  const store = path.join(stateDir, AGENT, 'auth-profiles.json');
  mkdirSync(path.dirname(store), { recursive: true, mode: 0o700 });
  const token = fakeSetupToken(id.toUpperCase().replace(':', '-'));
  const profile = { type: 'token', provider: 'anthropic', token, expires: Date.now() + days(daysLeft) };
  writeFileSync(store, JSON.stringify({ version: 1, profiles: { [id]: profile } }, null, 2), { mode: 0o600 });
  const config = { meta: { lastTouchedVersion: '2026.6.1' } };
  writeFileSync(path.join(stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 });
  return { stateDir, profiles: () => JSON.parse(readFileSync(store, 'utf8')).profiles };
}

/** @param {string} place @param {number} uid */
function giveTo(place, uid) {
  chownSync(place, uid, uid);
  if (!lstatSync(place).isDirectory()) return;
  for (const name of readdirSync(place)) giveTo(path.join(place, name), uid);
}

/**
 * ssh looks for its configuration in the account's home, not in HOME: so the user's `ssh` is one that is told.
 * @param {string} home
 * @param {import('../../hosts/support/sshd.ts').TestSshd} sshd
 */
function writeSshConfig(home, sshd) {
  const config = path.join(home, '.ssh/config');
  mkdirSync(path.dirname(config), { recursive: true, mode: 0o700 });
  const lines = [
    'Host vps',
    '  HostName 127.0.0.1',
    `  Port ${sshd.port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${sshd.folder}/id-vps`,
    ...['  IdentitiesOnly yes', '  IdentityAgent none', '  GlobalKnownHostsFile /dev/null'],
    `  UserKnownHostsFile ${path.join(home, '.ssh/known_hosts')}`,
    ...['', 'Host elsewhere', '  HostName 192.0.2.1', ''],
  ];
  writeFileSync(config, lines.join('\n'), { mode: 0o600 });
  const program = path.join(home, 'bin/ssh');
  mkdirSync(path.dirname(program), { recursive: true });
  writeFileSync(program, `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`);
  chmodSync(program, 0o755);
}
