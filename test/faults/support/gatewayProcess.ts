import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnv, type OpenClaw } from '../../harness/openclaw.ts';
import { runProcess, type ProcessResult } from '../../../src/platform/process.ts';
import type { Secret } from '../../../src/platform/secret.ts';

/** The provider that the gateway is configured with: a server of ours, which notes the key of every request. */
export const PROVIDER = 'fakellm';
const GATEWAY_TOKEN = ['FAKE', 'gateway', 'token'].join('-');
const MODEL = {
  id: 'm',
  name: 'm',
  contextWindow: 100_000,
  maxTokens: 1000,
  reasoning: false,
  input: ['text'],
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
};
/** Nothing but the gateway itself: no channels, no jobs, no announcement in the network. */
const CALM = {
  OPENCLAW_SKIP_CHANNELS: '1',
  OPENCLAW_SKIP_CRON: '1',
  OPENCLAW_SKIP_CANVAS_HOST: '1',
  OPENCLAW_SKIP_GMAIL_WATCHER: '1',
  OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
  OPENCLAW_DISABLE_BONJOUR: '1',
  // It would start itself again as another process, which nobody would end.
  OPENCLAW_NO_RESPAWN: '1',
};
const UP_TRIES = 40;

/** A real gateway on the loopback interface, and a model that answers every request. */
export class GatewayProcess {
  readonly #cli: OpenClaw;
  readonly #home: string;
  readonly #port: number;
  readonly #model: Server;
  readonly #keys: string[] = [];
  #child: ChildProcess | null = null;
  #turns = 0;

  private constructor(cli: OpenClaw, home: string, port: number, model: Server) {
    this.#cli = cli;
    this.#home = home;
    this.#port = port;
    this.#model = model;
  }

  /** Writes the configuration, with entries for these profiles, so that no later write has to change it. */
  static async prepare(cli: OpenClaw, home: string, profileIds: readonly string[]): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(cli, home, await freePort(), createServer());
    gateway.#model.on('request', (request, response) => {
      gateway.#keys.push((request.headers.authorization ?? '').replace(/^Bearer /, ''));
      request.resume().on('end', () => {
        const chunk = (delta: object, end: string | null): string =>
          `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: end }] })}\n\n`;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`${chunk({ role: 'assistant', content: 'ok' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
      });
    });
    const modelPort = await listen(gateway.#model);
    const entries = profileIds.map((id) => [id, { provider: PROVIDER, mode: 'api_key' }]);
    const baseUrl = `http://127.0.0.1:${String(modelPort)}/v1`;
    const config = {
      gateway: {
        mode: 'local',
        port: gateway.#port,
        bind: 'loopback',
        auth: { mode: 'token', token: GATEWAY_TOKEN },
      },
      models: { providers: { [PROVIDER]: { baseUrl, api: 'openai-completions', models: [MODEL] } } },
      agents: { defaults: { model: { primary: `${PROVIDER}/m` }, skipBootstrap: true } },
      auth: { profiles: Object.fromEntries(entries) as unknown },
      meta: { lastTouchedVersion: cli.version },
    };
    mkdirSync(path.join(home, '.openclaw/agents/main/agent'), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(home, '.openclaw/openclaw.json'), JSON.stringify(config, null, 2), { mode: 0o600 });
    return gateway;
  }

  /** Starts the gateway and waits until it answers. The first call is the one that asks for the most, for its scopes stay. */
  async start(): Promise<void> {
    const output = openSync(path.join(this.#home, 'gateway.log'), 'a');
    const args = ['gateway', 'run', '--port', String(this.#port), '--bind', 'loopback'];
    this.#child = spawn(path.join(this.#cli.bin, 'openclaw'), args, {
      cwd: this.#home,
      env: this.#env(),
      stdio: ['ignore', output, output],
      detached: true,
    });
    for (let attempt = 0; attempt < UP_TRIES; attempt += 1) {
      const answer = await this.cli(['secrets', 'reload', '--json']);
      if (answer.kind === 'exited' && answer.code === 0) return;
      await sleep(2000);
    }
    throw new Error('the gateway did not come up');
  }

  /** One turn of the agent; the key that its request to the model had, `null` when there was no request. */
  async turn(): Promise<string | null> {
    this.#turns += 1;
    const before = this.#keys.length;
    const number = String(this.#turns);
    const params = {
      message: `turn ${number}`,
      agentId: 'main',
      sessionKey: `agent:main:t${number}`,
      idempotencyKey: `k${number}`,
    };
    const options = ['--json', '--timeout', '60000', '--expect-final'];
    await this.cli(['gateway', 'call', 'agent', '--params', JSON.stringify(params), ...options]);
    return this.#keys[before] ?? null;
  }

  cli(args: readonly string[], stdin?: Secret): Promise<ProcessResult> {
    const file = path.join(this.#cli.bin, 'openclaw');
    const more = stdin === undefined ? {} : { stdin };
    return runProcess({ file, args, cwd: this.#home, env: this.#env(), timeoutMs: 180_000, ...more });
  }

  async stop(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid !== undefined && this.#child?.exitCode === null) {
      const gone = new Promise((resolve) => this.#child?.once('exit', resolve));
      process.kill(-pid, 'SIGTERM');
      await Promise.race([gone, sleep(10_000, undefined, { ref: false })]);
    }
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them are gone.
    }
    this.#model.closeAllConnections();
    this.#model.close();
  }

  #env(): Record<string, string> {
    return { ...cleanEnv(this.#cli, this.#home), ...CALM, OPENCLAW_GATEWAY_TOKEN: GATEWAY_TOKEN };
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
