import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { onThisMachine } from './cliConformance.ts';
import { ensureOpenclaw } from './openclaw.ts';
import { agentDirOf, writeHome } from './openclawHome.ts';

const DAY_MS = 86_400_000;

/** The release's own doctor over a home with an expired token: what it says is read, and no credential is touched or told. */
export function describeDoctor(version: string, reach = onThisMachine): void {
  it(`the doctor of OpenClaw ${version} is read, changes no credential and tells none, ${reach.name}`, async () => {
    const cli = await ensureOpenclaw(version);
    const home = await mkdtemp(path.join(tmpdir(), 'doctor-'));
    const late = {
      type: 'token',
      provider: 'anthropic',
      token: 'sk-ant-oat01-FAKE-late',
      expires: Date.now() - DAY_MS,
    };
    const main = { store: { version: 1, profiles: { 'anthropic:late': late } }, state: { version: 1 } };
    const { stateDir } = await writeHome(home, version, { config: { gateway: { mode: 'local' } }, agents: { main } });
    const gateway = await reach.open(cli, home);
    // A database is told by what it holds: to read one may touch its files.
    const file = path.join(agentDirOf(stateDir, 'main'), 'auth-profiles.json');
    const read = async () => [
      (await gateway.snapshot()).agents.map(({ set }) => [...set.profiles.values()]),
      await readFile(file, 'utf8').catch(() => null),
      await readFile(path.join(stateDir, 'openclaw.json'), 'utf8'),
    ];
    try {
      const before = await read();
      const report = await gateway.doctor();
      expect(await read()).toEqual(before);
      expect(JSON.stringify(report)).not.toContain('FAKE');
      if (version < '2026.6') {
        expect(report.findings).toContainEqual(
          expect.objectContaining({
            check: 'Model auth',
            message: expect.stringContaining('anthropic:late') as string,
          }),
        );
      } else {
        expect(report.checksRun).toBeGreaterThan(5);
        const found = report.findings.find(({ check }) => check === 'core/doctor/gateway-auth');
        expect(found).toMatchObject({ severity: 'warning', message: expect.stringMatching(/token/) as string });
      }
    } finally {
      await reach.close();
      await rm(home, { recursive: true, force: true });
    }
  });
}
