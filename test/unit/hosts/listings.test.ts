import { describe, expect, it } from 'vitest';
import { parseContainers } from '../../../src/hosts/containerOutput.ts';
import { HostFailure } from '../../../src/hosts/hostFailure.ts';
import { listHosts } from '../../../src/hosts/listHosts.ts';
import { parseSshConfigNames } from '../../../src/hosts/sshAliases.ts';
import { decodeWslOutput, parseDistributions } from '../../../src/hosts/wslOutput.ts';
import type { ProcessResult } from '../../../src/platform/process.ts';

const TABLE = [
  '  NAME                   STATE           VERSION',
  '* Ubuntu-24.04           Running         2',
  '  Debian                 Stopped         1',
  '  docker-desktop         Stopped         2',
  '',
].join('\r\n');
const GERMAN = '  NAME      STATUS            VERSION\r\n* Ubuntu    Wird ausgeführt   2\r\n';

it('reads the table of distributions in whichever encoding and language it comes', () => {
  const expected = [
    { name: 'Ubuntu-24.04', isDefault: true, version: 2 },
    { name: 'Debian', isDefault: false, version: 1 },
    { name: 'docker-desktop', isDefault: false, version: 2 },
  ];
  for (const bytes of [Buffer.from(TABLE), Buffer.from(TABLE, 'utf16le'), Buffer.from(`\ufeff${TABLE}`, 'utf16le')])
    expect(parseDistributions(decodeWslOutput(bytes))).toEqual(expected);
  for (const encoding of ['utf8', 'utf16le'] as const)
    expect(parseDistributions(decodeWslOutput(Buffer.from(GERMAN, encoding)))).toEqual([
      { name: 'Ubuntu', isDefault: true, version: 2 },
    ]);
});

it('leaves out a distribution whose name is more than a name', () => {
  const rows = ['* -d x Running 2', '  $(x)  Running  2', '  ok  Running  2', '  名前  Running  2', '  ok'];
  expect(parseDistributions(rows.join('\n')).map(({ name }) => name)).toEqual(['ok']);
  expect(decodeWslOutput(Buffer.from('plain words of a program\n'))).toBe('plain words of a program\n');
  expect(decodeWslOutput(Buffer.alloc(0))).toBe('');
});

it('reads the running containers of docker and podman', () => {
  const id = 'ab'.repeat(32);
  const rows = [`${id} openclaw`, `${'cd'.repeat(32)} one,two`, 'abab short', id, `${id} -x`, '', 'Emulate Docker CLI'];
  expect(parseContainers(rows.join('\n'))).toEqual([
    { id, name: 'openclaw' },
    { id: 'cd'.repeat(32), name: 'one' },
  ]);
});

it('reads the names of an ssh configuration, and nothing else of it', () => {
  const text = [
    '# Host commented',
    'Include config.d/*  "with space"',
    'Host vps backup *.example.com !no "quoted" -oProxyCommand=x vps # Host end',
    '  HostName 203.0.113.7',
    'host=other',
    'Match host x exec "touch y"',
    'HOST *',
  ].join('\r\n');
  expect(parseSshConfigNames(text)).toEqual({
    aliases: ['vps', 'backup', 'quoted', 'other'],
    includes: ['config.d/*', 'with space'],
  });
});

describe('hosts that this machine can tell', () => {
  const list = (result: ProcessResult, program: string | null = '/usr/bin/docker'): Promise<unknown> =>
    listHosts('docker', { run: () => Promise.resolve(result), findProgram: () => Promise.resolve(program) }).catch(
      (thrown: unknown) => (thrown instanceof HostFailure ? thrown.code : thrown),
    );
  const failed = (stderr: string): ProcessResult => ({ kind: 'exited', code: 1, stdout: '', stderr });

  it('are those that run', async () => {
    const stdout = `${'ab'.repeat(32)} claw,alias\nodd row\n`;
    expect(await list({ kind: 'exited', code: 0, stdout, stderr: '' })).toEqual([
      { kind: 'container', engine: 'docker', id: 'ab'.repeat(32), name: 'claw' },
    ]);
  });

  it('or it is said why there are none', async () => {
    expect(await list(failed(''), null)).toBe('programMissing');
    expect(await list(failed('permission denied while trying to connect to the Docker daemon socket'))).toBe(
      'enginePermission',
    );
    expect(await list(failed('Cannot connect to the Docker daemon at unix:///x'))).toBe('engineStopped');
    expect(await list(failed('something nobody knows'))).toBe('listingFailed');
    expect(await list({ kind: 'timedOut' })).toBe('listingFailed');
  });
});
