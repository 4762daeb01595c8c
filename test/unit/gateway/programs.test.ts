import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProcess, type ProcessResult, type ProcessSpec, type RunProcess } from '../../../src/platform/process.ts';
import { NodeLocator } from '../../../src/gateway/nodeProgram.ts';
import { OpenclawLocator, satisfies } from '../../../src/gateway/openclawProgram.ts';
import { tempFolder } from './tempFolder.ts';

async function writeProgram(file: string, body: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A Node that says which version it is. */
const writeNode = (folder: string, version: string): Promise<string> =>
  writeProgram(path.join(folder, 'node'), `echo ${version}`);

async function writePackage(folder: string, manifest: object): Promise<string> {
  const entry = path.join(folder, 'openclaw.mjs');
  await writeProgram(entry, 'exit 9');
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return entry;
}

class Recorder {
  readonly specs: ProcessSpec[] = [];
  readonly run: RunProcess = (spec, signal) => {
    this.specs.push(spec);
    return runProcess(spec, signal);
  };
}

const is = (version: string) => (candidate: string) => candidate === version;

describe('NodeLocator', () => {
  it('asks beside the given folders, then PATH, then version managers', async () => {
    const [beside, onPath, home] = [await tempFolder(), await tempFolder(), await tempFolder()];
    await writeNode(beside, '90.0.1');
    await writeNode(onPath, '90.0.2');
    await writeNode(path.join(home, '.nvm/versions/node/v90.0.3/bin'), '90.0.3');
    await writeNode(path.join(home, '.nvm/versions/node/v90.0.10/bin'), '90.0.10');
    const search = { env: { PATH: `relative:${onPath}` }, home, besides: [beside] };
    const locator = new NodeLocator(runProcess);
    const accepts = (version: string): boolean => version.startsWith('90.');
    expect((await locator.find(search, accepts))?.version).toBe('90.0.1');
    expect((await locator.find(search, is('90.0.2')))?.file).toBe(path.join(onPath, 'node'));
    expect((await locator.find({ ...search, env: {}, besides: [] }, accepts))?.version).toBe('90.0.10');
  });

  it('asks a program again that could not be started', async () => {
    const folder = await tempFolder();
    const ours = await writeNode(folder, '90.0.1');
    const failures: ProcessResult[] = [
      { kind: 'notStarted', errno: 'EAGAIN' },
      { kind: 'killed', signal: 'SIGKILL' },
    ];
    const locator = new NodeLocator((spec) =>
      Promise.resolve((spec.file === ours ? failures.shift() : undefined) ?? runProcess(spec)),
    );
    const search = { env: { PATH: folder }, home: '/nowhere', besides: [] };
    expect(await locator.find(search, is('90.0.1'))).toBeNull();
    expect(await locator.find(search, is('90.0.1'))).toBeNull();
    expect((await locator.find(search, is('90.0.1')))?.version).toBe('90.0.1');
  });

  it('asks a program once, and again when it has changed', async () => {
    const folder = await tempFolder();
    const recorder = new Recorder();
    const locator = new NodeLocator(recorder.run);
    const search = { env: { PATH: folder, NODE_OPTIONS: '--inspect' }, home: '/nowhere', besides: [] };
    await writeNode(folder, '90.0.1');
    await locator.find(search, is('90.0.1'));
    await locator.find(search, is('90.0.1'));
    expect(recorder.specs).toHaveLength(1);
    expect(recorder.specs[0]?.env).toMatchObject({ NODE_OPTIONS: undefined });
    await writeNode(folder, '90.0.22');
    expect((await locator.find(search, is('90.0.22')))?.version).toBe('90.0.22');
  });

  it('passes over programs that fail or talk nonsense', async () => {
    const [bad, odd] = [await tempFolder(), await tempFolder()];
    await writeProgram(path.join(bad, 'node'), 'exit 1');
    await writeProgram(path.join(odd, 'node'), 'echo Welcome');
    const locator = new NodeLocator(runProcess);
    const search = { env: { PATH: `${bad}:${odd}` }, home: '/nowhere', besides: [] };
    expect(await locator.find(search, (version) => version.startsWith('90.'))).toBeNull();
  });
});

describe('OpenclawLocator', () => {
  const locate = (recorder: Recorder): OpenclawLocator =>
    new OpenclawLocator(recorder.run, new NodeLocator(recorder.run));

  it('learns the release from the package behind the link, and the Node that it needs', async () => {
    const folder = await tempFolder();
    const entry = await writePackage(path.join(folder, 'lib/openclaw'), {
      name: 'openclaw',
      version: '2026.9.6',
      engines: { node: '>=90.16.0 <91 || >=92.1.0' },
    });
    const bin = path.join(folder, 'bin');
    await writeNode(bin, '90.15.9');
    const newer = await writeNode(path.join(folder, 'newer'), '92.1.0');
    await symlink(entry, path.join(bin, 'openclaw'));
    const recorder = new Recorder();
    const search = { env: { PATH: `${bin}:${path.dirname(newer)}` }, home: '/nowhere' };
    const found = await locate(recorder).find(search);
    expect(found).toMatchObject({ path: path.join(bin, 'openclaw'), file: newer, leadingArgs: [entry] });
    expect(found?.release?.text).toBe('2026.9.6');
    expect(recorder.specs.map(({ file }) => path.basename(file))).toEqual(['node', 'node']);
  });

  it('runs the program itself when no Node fits', async () => {
    const folder = await tempFolder();
    const entry = await writePackage(folder, { name: 'openclaw', version: '2026.9.6', engines: { node: '>=990.0.0' } });
    await symlink(entry, path.join(folder, 'openclaw'));
    const found = await locate(new Recorder()).find({ env: { PATH: folder }, home: '/nowhere' });
    expect(found).toMatchObject({ file: path.join(folder, 'openclaw'), leadingArgs: [] });
  });

  it('asks a wrapper script for its version, once', async () => {
    const folder = await tempFolder();
    await writeProgram(path.join(folder, 'openclaw'), 'echo "OpenClaw 2026.6.1 (0123abc)"');
    const recorder = new Recorder();
    const locator = locate(recorder);
    const search = { env: { PATH: folder }, home: '/nowhere' };
    expect((await locator.find(search))?.release?.text).toBe('2026.6.1');
    expect((await locator.find(search))?.release?.text).toBe('2026.6.1');
    expect(recorder.specs).toHaveLength(1);
  });

  it('prefers the chosen program, takes nothing from relative folders, and finds none where there is none', async () => {
    const [first, chosen] = [await tempFolder(), await tempFolder()];
    await writeProgram(path.join(first, 'openclaw'), 'echo 2026.6.1');
    await writeProgram(path.join(chosen, 'oc'), 'echo 2026.9.6');
    const locator = locate(new Recorder());
    const search = { env: { PATH: first }, home: '/nowhere' };
    expect((await locator.find(search, path.join(chosen, 'oc')))?.release?.text).toBe('2026.9.6');
    expect(await locator.find(search, path.join(chosen, 'missing'))).toBeNull();
    const relative = path.relative(process.cwd(), first);
    expect(await locator.find({ env: { PATH: `${relative}::.` }, home: '/nowhere' })).toBeNull();
  });

  it('keeps a program whose release cannot be told', async () => {
    const folder = await tempFolder();
    await writeProgram(path.join(folder, 'openclaw'), 'exit 3');
    const found = await locate(new Recorder()).find({ env: { PATH: folder }, home: '/nowhere' });
    expect(found).toMatchObject({ release: null });
  });
});

it.each([
  ['24.16.0', true],
  ['24.15.9', false],
  ['25.0.0', false],
  ['26.0.9', false],
  ['26.1.0', true],
  ['27.0.0', true],
])('Node %s in the range of 2026.9.6: %s', (version, expected) => {
  expect(satisfies(version, '>=24.16.0 <25 || >=26.1.0')).toBe(expected);
});

it('refuses a range that it cannot read', () => {
  expect(satisfies('24.16.0', '^24')).toBe(false);
  expect(satisfies('24.16.0', '')).toBe(false);
});
