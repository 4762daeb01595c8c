import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnv, type OpenClaw } from '../../harness/openclaw.ts';
import { runProcess, type ProcessResult } from '../../../src/platform/process.ts';
import type { Secret } from '../../../src/platform/secret.ts';

/** The provider that the gateway is configured with: a server of ours, which notes the key of every request. */
export const PROVIDER = 'fakellm';
/** The model refuses a key that ends so. */
export const REFUSED = '-refused';
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
const TURN_LIMIT_MS = 120_000;
const PING = ['secrets', 'reload', '--json'];
/** Before there was that command. */
const EARLY_PING = ['gateway', 'call', 'health', '--json'];

/** What a gateway with several providers is configured with; every one of them is the same server of ours. */
export interface Providers {
  /** By provider, what stands in its entry under `models.providers` beside its address and its model. */
  readonly providers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The provider that each agent's model is of. */
  readonly byAgent: Readonly<Record<string, string>>;
  /** Of the gateway's process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A real gateway on the loopback interface, and a model that answers every request. */
export class GatewayProcess {
  readonly #cli: OpenClaw;
  readonly #home: string;
  readonly #port: number;
  readonly #model: Server;
  readonly #requests: { readonly provider: string; readonly key: string }[] = [];
  readonly #more: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  #turns = 0;

  private constructor(
    cli: OpenClaw,
    home: string,
    port: number,
    model: Server,
    more: Readonly<Record<string, string>> = {},
  ) {
    this.#cli = cli;
    this.#home = home;
    this.#port = port;
    this.#model = model;
    this.#more = more;
    model.on('request', (request, response) => {
      const [, provider = ''] = (request.url ?? '').split('/');
      // Some releases ask for the list of models before.
      if (request.method === 'POST')
        this.#requests.push({ provider, key: (request.headers.authorization ?? '').replace(/^Bearer /, '') });
      if (request.headers.authorization?.endsWith(REFUSED)) {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { type: 'authentication_error', message: 'invalid api key' } }));
        return;
      }
      request.resume().on('end', () => {
        const chunk = (delta: object, end: string | null): string =>
          `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: end }] })}\n\n`;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`${chunk({ role: 'assistant', content: 'ok' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
      });
    });
  }

  /** In front of a home that is there: its configuration gets the gateway's own part, the providers, and each agent's model. */
  static async over(cli: OpenClaw, home: string, { providers, byAgent, env = {} }: Providers): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(cli, home, await freePort(), createServer(), env);
    const modelPort = await listen(gateway.#model);
    const baseUrl = (id: string): string => `http://127.0.0.1:${String(modelPort)}/${id}/v1`;
    const file = path.join(home, '.openclaw/openclaw.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
    const entries = Object.entries(providers).map(([id, entry]) => [
      id,
      { baseUrl: baseUrl(id), api: 'openai-completions', models: [MODEL], ...entry },
    ]);
    const whole = {
      ...config,
      gateway: gateway.#ownPart(),
      models: { providers: Object.fromEntries(entries) as unknown },
      agents: withModels(config['agents'], byAgent),
    };
    writeFileSync(file, JSON.stringify(whole, null, 2), { mode: 0o600 });
    return gateway;
  }

  /** Writes the configuration, with entries for these profiles, so that no later write has to change it. */
  static async prepare(cli: OpenClaw, home: string, profileIds: readonly string[]): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(cli, home, await freePort(), createServer());
    const modelPort = await listen(gateway.#model);
    const entries = profileIds.map((id) => [id, { provider: PROVIDER, mode: 'api_key' }]);
    const baseUrl = `http://127.0.0.1:${String(modelPort)}/${PROVIDER}/v1`;
    const config = {
      gateway: gateway.#ownPart(),
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
    // A program that finds nobody there takes its time to say so.
    for (let attempt = 0; attempt < UP_TRIES && !(await isListening(this.#port)); attempt += 1) await sleep(1000);
    for (let attempt = 0; attempt < UP_TRIES; attempt += 1) {
      const answer = await this.cli(this.#cli.version < '2026.5' ? EARLY_PING : PING);
      if (answer.kind === 'exited' && answer.code === 0) return;
      await sleep(2000);
    }
    throw new Error('the gateway did not come up');
  }

  /** One turn of the agent, in a session of its own unless one is named; the key that its request to the model had. `null`: no request, or one without a key, as to a local model. */
  async turn(agentId = 'main', provider = PROVIDER, session?: string): Promise<string | null> {
    this.#turns += 1;
    const before = this.#requests.length;
    const answer = await fetch(`http://127.0.0.1:${String(this.#port)}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${GATEWAY_TOKEN}`, 'content-type': 'application/json' },
        'x-openclaw-agent-id': agentId,
        'x-openclaw-session-key': session ?? `agent:${agentId}:t${String(this.#turns)}`,
      },
      body: JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content: 'a turn' }] }),
      signal: AbortSignal.timeout(TURN_LIMIT_MS),
    });
    const text = await answer.text();
    // A turn that fails is answered with 500; anything else means that there was none.
    if (!answer.ok && answer.status !== 500) throw new Error(`No turn: ${String(answer.status)} ${text}`);
    const key = this.#requests.slice(before).find((request) => request.provider === provider)?.key;
    return key === undefined || key === '' ? null : key;
  }

  cli(args: readonly string[], stdin?: Secret): Promise<ProcessResult> {
    const file = path.join(this.#cli.bin, 'openclaw');
    const more = stdin === undefined ? {} : { stdin };
    return runProcess({ file, args, cwd: this.#home, env: this.#env(), timeoutMs: 180_000, ...more });
  }

  /** As its service manager would do it. */
  async restart(): Promise<void> {
    await this.#end();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#end();
    this.#model.closeAllConnections();
    this.#model.close();
  }

  async #end(): Promise<void> {
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
  }

  #ownPart(): object {
    const auth = { mode: 'token', token: GATEWAY_TOKEN };
    // Turns are asked for there: a command line takes seconds of a core for each.
    const http = { endpoints: { chatCompletions: { enabled: true } } };
    return { mode: 'local', port: this.#port, bind: 'loopback', auth, http };
  }

  #env(): Record<string, string> {
    return { ...cleanEnv(this.#cli, this.#home), ...this.#more, ...CALM, OPENCLAW_GATEWAY_TOKEN: GATEWAY_TOKEN };
  }
}

type Agent = Readonly<Record<string, unknown>>;

/** `agents.list` up to 2026.7.x, `agents.entries` from 2026.8 on. */
function withModels(agents: unknown, byAgent: Providers['byAgent']): unknown {
  const { list, entries, ...rest } = agents as {
    readonly list?: readonly Agent[];
    readonly entries?: Readonly<Record<string, Agent>>;
  };
  const modelOf = (id: unknown): object => {
    const provider = byAgent[String(id)];
    return provider === undefined ? {} : { model: `${provider}/m` };
  };
  return {
    ...rest,
    defaults: { skipBootstrap: true, model: { primary: `${Object.values(byAgent)[0] ?? ''}/m` } },
    ...(list === undefined ? {} : { list: list.map((agent) => ({ ...agent, ...modelOf(agent['id']) })) }),
    ...(entries === undefined
      ? {}
      : {
          entries: Object.fromEntries(Object.entries(entries).map(([id, agent]) => [id, { ...agent, ...modelOf(id) }])),
        }),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
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
