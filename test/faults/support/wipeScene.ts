import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentId, type Fingerprinter } from '../../../src/domain/ids.ts';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { systemTimers } from '../../../src/platform/timers.ts';
import type { AgentSync } from '../../../src/sync/syncEngine.ts';
import { KEY_PREFIX } from '../../../src/vault/envelope.ts';
import { loadFingerprintKey } from '../../../src/vault/fingerprintKey.ts';
import { cleanEnv, runOpenclaw, type OpenClaw } from '../../harness/openclaw.ts';
import { agentDirOf, writeHome } from '../../harness/openclawHome.ts';
import { Ledger } from '../../simulation/ledger.ts';
import { FileSecrets } from './fileSecrets.ts';
import { heldIn } from './soakVault.ts';
import { SoakWindow, type SoakHost } from './soakWindow.ts';

export const AGENT = 'main';
/** Of the release's own write. */
export const WRITTEN = 'anthropic:written';
const MAIN = agentId(AGENT);
const PATIENCE_MS = 60_000;

export interface StoredProfile {
  readonly type: string;
  readonly provider: string;
  readonly token?: string;
  readonly key?: string;
  readonly [field: string]: unknown;
}
export type Profiles = Readonly<Record<string, StoredProfile>>;

/** A home of a release with one agent, and an editor that keeps its credentials in sync. */
export class WipeScene {
  readonly ledger = new Ledger();
  readonly #cli: OpenClaw;
  readonly #home: string;
  readonly #file: string;
  readonly #secrets: FileSecrets;
  readonly #host: SoakHost;
  #window: SoakWindow;

  private constructor(cli: OpenClaw, home: string, file: string, secrets: FileSecrets, host: Omit<SoakHost, 'ledger'>) {
    this.#cli = cli;
    this.#home = home;
    this.#file = file;
    this.#secrets = secrets;
    this.#host = Object.assign(host, { ledger: this.ledger });
    this.#window = new SoakWindow(this.#host);
  }

  static async open(cli: OpenClaw, folder: string, workerPath: string, profiles: Profiles): Promise<WipeScene> {
    const home = path.join(folder, 'home');
    const store = { version: 1, profiles, note: { unknown: true } };
    const { stateDir } = await writeHome(home, cli.version, {
      config: {},
      agents: { [AGENT]: { store, state: null } },
    });
    const secrets = new FileSecrets(path.join(folder, 'secrets'), () => undefined);
    const { key: fingerprintKey } = await loadFingerprintKey(secrets, silentLogger);
    const fingerprint: Fingerprinter = keyedFingerprinter(fingerprintKey);
    const file = path.join(agentDirOf(stateDir, AGENT), 'auth-profiles.json');
    return new WipeScene(cli, home, file, secrets, {
      ...{ env: cleanEnv(cli, home), home, workerPath, storage: path.join(folder, 'storage'), secrets },
      ...{ fingerprintKey, fingerprint, timers: systemTimers, isOffline: false },
    });
  }

  get window(): SoakWindow {
    return this.#window;
  }

  async keepInSync(): Promise<void> {
    await this.#window.readings.reload();
    this.ledger.isAllowed = true;
    await this.#window.engine.setConsent('sync');
  }

  close(): void {
    this.#window.dispose();
  }

  reopen(): void {
    this.#window = new SoakWindow(this.#host);
  }

  text(): string {
    return readFileSync(this.#file, 'utf8');
  }

  profiles(): Profiles {
    return (JSON.parse(this.text()) as { profiles: Profiles }).profiles;
  }

  /** As another process leaves the file for a moment that writes it in place. */
  truncate(text: string): void {
    writeFileSync(this.#file, text);
  }

  /** The release's own write. */
  async write(token: string): Promise<void> {
    const args = ['models', 'auth', 'paste-token', '--provider', 'anthropic', '--profile-id', WRITTEN];
    const { code, stdout, stderr } = await runOpenclaw(this.#cli, this.#home, args, Secret.of(token));
    if (code !== 0) throw new Error(`paste-token: exit code ${code}\n${stdout}${stderr}`);
  }

  /** Copies in the vault, by profile: the fingerprint of each. */
  copies(): ReadonlyMap<string, string> {
    const copies = new Map<string, string>();
    for (const text of this.#secrets.texts(KEY_PREFIX)) {
      const { key, held } = heldIn(text, this.#host.fingerprint);
      if (held.kind === 'credential') copies.set(key.slice(AGENT.length + 1), held.value);
    }
    return copies;
  }

  /** What the engine knows of the agent, once `isSo` holds of it; null where that does not come. */
  async waitFor(isSo: (agent: AgentSync) => boolean): Promise<AgentSync | null> {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      await this.#window.readings.reload();
      await this.#window.engine.run('reading');
      const agent = this.#window.engine.state.agents.get(MAIN);
      if (agent !== undefined && isSo(agent)) return agent;
      await sleep(200);
    }
    return null;
  }
}
