import { describe, expect, it } from 'vitest';
import { EXIT_DAMAGED } from '../../../src/gateway/workerBoot.ts';
import { classifyEnding, type Ending } from '../../../src/hosts/classify.ts';

function codeOf(kind: Ending['kind'], code: number, words: string | Buffer = '', wasUp = false): string {
  const stderr = Buffer.from(words);
  return classifyEnding({ kind, end: { kind: 'exited', code }, stderr, hasAgent: false, wasUp }).code;
}

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Host key for box has changed and you have requested strict checking.
Host key verification failed.
`;

describe('classifyEnding', () => {
  it.each([
    [CHANGED, 'hostKeyChanged'],
    [CHANGED.replaceAll('\n', '\r\n'), 'hostKeyChanged'],
    [
      'No ED25519 host key is known for box and you have requested strict checking.\r\nHost key verification failed.\r\n',
      'hostKeyUnknown',
    ],
    ['me@box: Permission denied (publickey,password).\r\n', 'hostAuthRefused'],
    ['Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures\r\n', 'hostAuthRefused'],
    [
      'sign_and_send_pubkey: signing failed for ED25519 "x" from agent: agent refused operation\r\nme@box: Permission denied (publickey).\r\n',
      'hostAgentFailed',
    ],
    [
      '@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\nme@box: Permission denied (publickey).\r\n',
      'hostKeyFileExposed',
    ],
    ['ssh: Could not resolve hostname nowhere: Name or service not known\r\n', 'hostNameUnknown'],
    ['ssh: connect to host box port 22: Connection refused\r\n', 'hostPortClosed'],
    ['ssh: connect to host box port 22: Connection timed out\r\n', 'hostUnreachable'],
    ['ssh: connect to host box port 22: No route to host\r\n', 'hostUnreachable'],
    ['Connection timed out during banner exchange\r\n', 'hostUnreachable'],
    ['kex_exchange_identification: Connection closed by remote host\r\n', 'hostHungUp'],
    ['Connection closed by 192.0.2.1 port 22\r\n', 'hostHungUp'],
    [
      'Unable to negotiate with 192.0.2.1 port 22: no matching host key type found. Their offer: ssh-dss\r\n',
      'hostIncompatible',
    ],
    [
      '/home/me/.ssh/config: line 3: Bad configuration option: nonsense\r\n/home/me/.ssh/config: terminating, 1 bad configuration options\r\n',
      'sshConfigRefused',
    ],
    ['Bad owner or permissions on /home/me/.ssh/config\r\n', 'sshConfigRefused'],
    ['something nobody knows\r\n', 'loginEnded'],
  ])('tells by the words of ssh: %j', (words, code) => {
    expect(codeOf('ssh', 255, words)).toBe(code);
  });

  it('takes no words of the host for those of ssh', () => {
    expect(codeOf('ssh', 1, CHANGED)).toBe('loginEnded');
    expect(codeOf('ssh', 127, 'Permission denied (publickey).')).toBe('hostShellMissing');
    expect(codeOf('ssh', 0, 'This account is currently not available.')).toBe('loginEnded');
  });

  it('says of a worker that ran that the link was lost', () => {
    for (const words of [
      '',
      CHANGED,
      'Timeout, server box not responding.\r\n',
      'Connection reset by 192.0.2.1 port 22\r\n',
    ])
      expect([words, codeOf('ssh', 255, words, true)]).toEqual([words, 'linkLost']);
    expect(codeOf('local', 0, '', true)).toBe('linkLost');
    expect(codeOf('container', 137, '', true)).toBe('linkLost');
    expect(codeOf('container', 255, 'Error: container is not running', true)).toBe('containerStopped');
  });

  it.each([
    [
      1,
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
      'enginePermission',
    ],
    [
      1,
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'engineStopped',
    ],
    [1, 'Error response from daemon: No such container: abc', 'containerMissing'],
    [125, 'Error: no container with name or ID "abc" found: no such container', 'containerMissing'],
    [1, 'Error response from daemon: container abc is not running', 'containerStopped'],
    [255, 'Error: can only create exec sessions on running containers: container state improper', 'containerStopped'],
    [1, 'Error response from daemon: Container abc is paused, unpause the container before exec', 'containerPaused'],
    [126, 'Error: unable to find user me: no matching entries in passwd file', 'hostUserMissing'],
    [
      127,
      'OCI runtime exec failed: exec failed: "/bin/sh": stat /bin/sh: no such file or directory',
      'hostShellMissing',
    ],
    [126, '', 'hostShellMissing'],
    [1, 'something nobody knows', 'loginEnded'],
  ])('tells by the words of a container engine: %i %j', (exitCode, words, code) => {
    expect(codeOf('container', exitCode, words)).toBe(code);
  });

  it('tells by the codes of WSL, in either encoding', () => {
    const words =
      'Es ist keine Verteilung mit dem angegebenen Namen vorhanden. \r\nFehlercode: Wsl/Service/WSL_E_DISTRO_NOT_FOUND\r\n';
    expect(codeOf('wsl', 255, words)).toBe('distroMissing');
    expect(codeOf('wsl', 255, Buffer.from(words, 'utf16le'))).toBe('distroMissing');
    expect(codeOf('wsl', 1, 'Wsl/WSL_E_WSL_OPTIONAL_COMPONENT_REQUIRED')).toBe('wslUnavailable');
  });

  it('tells a program that is not there, a worker that was damaged, and keeps no words of the host', () => {
    const end = { kind: 'notStarted', errno: 'ENOENT' } as const;
    const missing = classifyEnding({ kind: 'ssh', end, stderr: Buffer.alloc(0), hasAgent: false, wasUp: false });
    expect(missing).toMatchObject({ code: 'programMissing', details: { errno: 'ENOENT' } });
    expect(codeOf('container', EXIT_DAMAGED)).toBe('workerMismatch');
    const refused = classifyEnding({
      ...{ kind: 'ssh', end: { kind: 'exited', code: 255 }, hasAgent: true, wasUp: false },
      stderr: Buffer.from('me@box: Permission denied (publickey).'),
    });
    expect(refused.details).toEqual({ exitCode: 255, hasAgent: true });
  });
});
