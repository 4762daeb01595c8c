import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { readService } from '../../src/gateway/serviceFiles.ts';
import { ensureOpenclaw } from '../harness/openclaw.ts';
import { describeRunningEnvironment } from '../harness/runningEnvironment.ts';

describeRunningEnvironment('2026.6.1');

it('a systemd unit as OpenClaw 2026.6.1 itself writes it is read as it was meant', async () => {
  const { dir } = await ensureOpenclaw('2026.6.1');
  const build = await unitBuilder(path.join(dir, 'dist'));
  const home = await mkdtemp(path.join(tmpdir(), 'unit-'));
  const folder = path.join(home, '.config/systemd/user');
  await mkdir(folder, { recursive: true });
  const environment = { HOME: home, OPENROUTER_API_KEY: 'FAKE two words #c', TOGETHER_API_KEY: 'FAKE-a=b/c+d' };
  const environmentFiles = [path.join(home, '.openclaw/gateway.systemd.env')];
  await mkdir(path.join(home, '.openclaw'));
  await writeFile(environmentFiles[0] ?? '', 'XAI_API_KEY=FAKE-file\n');
  const unit = build({
    description: 'OpenClaw Gateway',
    programArguments: ['openclaw'],
    environment,
    environmentFiles,
  });
  await writeFile(path.join(folder, 'openclaw-gateway.service'), unit);
  const service = await readService({ env: {}, home, stateDir: path.join(home, '.openclaw') });
  expect(service?.variables).toEqual({ ...environment, XAI_API_KEY: 'FAKE-file' });
  await rm(home, { recursive: true, force: true });
});

type BuildUnit = (unit: Readonly<Record<string, unknown>>) => string;

/** The release's own function; its file and its exported name are made up by a bundler. */
async function unitBuilder(dist: string): Promise<BuildUnit> {
  const [file] = (await readdir(dist)).filter((name) => /^systemd-unit-.*\.js$/.test(name));
  const exported = (await import(pathToFileURL(path.join(dist, file ?? '')).href)) as Readonly<Record<string, unknown>>;
  const found = Object.values(exported).find((one) => typeof one === 'function' && one.name === 'buildSystemdUnit');
  if (found === undefined) throw new Error('2026.6.1 has no buildSystemdUnit');
  return found as BuildUnit;
}
