import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { parseEnv } from 'node:util';
import JSON5 from 'json5';
import * as z from 'zod';
import { providerId, type ProviderId } from '../domain/ids.ts';
import { isAtLeast, type Release } from '../domain/release.ts';
import type { EnvironmentVariable } from '../domain/snapshot.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const MAX_DOTENV_BYTES = 1024 * 1024;

/**
 * Key variables per provider, those that the release asks first in front: the manifests of the bundled model plugins in
 * 2026.4.15, 2026.6.1 and 2026.9.6, and `resolveEnvApiKey` of 2026.2.3. Names only: no value leaves this file.
 */
const KEY_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'],
  arcee: ['ARCEEAI_API_KEY'],
  byteplus: ['BYTEPLUS_API_KEY'],
  cerebras: ['CEREBRAS_API_KEY'],
  chutes: ['CHUTES_API_KEY', 'CHUTES_OAUTH_TOKEN'],
  'cloudflare-ai-gateway': ['CLOUDFLARE_AI_GATEWAY_API_KEY'],
  deepinfra: ['DEEPINFRA_API_KEY'],
  deepseek: ['DEEPSEEK_API_KEY'],
  fireworks: ['FIREWORKS_API_KEY'],
  'github-copilot': ['COPILOT_GITHUB_TOKEN'],
  gmi: ['GMI_API_KEY'],
  google: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  groq: ['GROQ_API_KEY'],
  huggingface: ['HUGGINGFACE_HUB_TOKEN', 'HF_TOKEN'],
  kilocode: ['KILOCODE_API_KEY'],
  kimi: ['KIMI_API_KEY', 'KIMICODE_API_KEY'],
  litellm: ['LITELLM_API_KEY'],
  lmstudio: ['LM_API_TOKEN'],
  minimax: ['MINIMAX_CODE_PLAN_KEY', 'MINIMAX_CODING_API_KEY', 'MINIMAX_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  moonshot: ['MOONSHOT_API_KEY'],
  novita: ['NOVITA_API_KEY'],
  nvidia: ['NVIDIA_API_KEY'],
  ollama: ['OLLAMA_API_KEY'],
  openai: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
  opencode: ['OPENCODE_API_KEY', 'OPENCODE_ZEN_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
  perplexity: ['PERPLEXITY_API_KEY'],
  qianfan: ['QIANFAN_API_KEY'],
  qwen: ['QWEN_API_KEY', 'MODELSTUDIO_API_KEY', 'DASHSCOPE_API_KEY'],
  stepfun: ['STEPFUN_API_KEY'],
  synthetic: ['SYNTHETIC_API_KEY'],
  together: ['TOGETHER_API_KEY'],
  venice: ['VENICE_API_KEY'],
  'vercel-ai-gateway': ['AI_GATEWAY_API_KEY'],
  volcengine: ['VOLCANO_ENGINE_API_KEY'],
  xai: ['XAI_API_KEY'],
  xiaomi: ['XIAOMI_API_KEY'],
  zai: ['ZAI_API_KEY', 'Z_AI_API_KEY'],
};

/** Up to 2026.7 GitHub's general variables counted as Copilot keys. */
const EARLIER_COPILOT_VARIABLES = ['GH_TOKEN', 'GITHUB_TOKEN'];

export interface EnvironmentInputs {
  /** This process's environment, which stands for the gateway's. */
  readonly env: Variables;
  readonly stateDir: string;
  /** `openclaw.json`, whose `env.vars` count like the environment. */
  readonly configText: string | null;
  readonly release: Release | null;
}

/**
 * Which key variables are set, per provider, highest precedence first. `<stateDir>/.env` and the configuration do not
 * override what is set. What cannot be read counts as empty.
 */
export async function readEnvironment({
  env,
  stateDir,
  configText,
  release,
}: EnvironmentInputs): Promise<ReadonlyMap<ProviderId, readonly EnvironmentVariable[]>> {
  const sources = {
    process: env,
    dotenv: await readDotenv(path.join(stateDir, '.env')),
    config: readConfig(configText),
  };
  const found = new Map<ProviderId, readonly EnvironmentVariable[]>();
  for (const provider of Object.keys(KEY_VARIABLES)) {
    const variables = namesOf(provider, release)
      .map((name) => ({ name, source: sourceOf(name, sources) }))
      .filter((variable): variable is EnvironmentVariable => variable.source !== null);
    if (variables.length > 0) found.set(providerId(provider), variables);
  }
  return found;
}

/** The numbered and `OPENCLAW_LIVE_…` variables, which rotate keys, do not make a provider usable on their own. */
function namesOf(provider: string, release: Release | null): readonly string[] {
  const own = KEY_VARIABLES[provider] ?? [];
  if (release === null) return own;
  if (provider === 'github-copilot' && !isAtLeast(release, '2026.8.0')) return [...own, ...EARLIER_COPILOT_VARIABLES];
  if (provider === 'openai' && !isAtLeast(release, '2026.6.0')) return own.filter((name) => name !== 'CODEX_API_KEY');
  return own;
}

const SOURCES = ['process', 'dotenv', 'config'] as const;

function sourceOf(
  name: string,
  sources: Readonly<Record<EnvironmentVariable['source'], Variables>>,
): EnvironmentVariable['source'] | null {
  return SOURCES.find((source) => (sources[source][name] ?? '').trim() !== '') ?? null;
}

const CONFIG = z.object({ env: z.object({ vars: z.record(z.string(), z.unknown()) }) });

/** `env.vars` (2026.2.3 to 2026.9.6). */
function readConfig(text: string | null): Variables {
  try {
    const parsed = CONFIG.safeParse(text === null ? null : JSON5.parse<unknown>(text));
    if (!parsed.success) return {};
    const entries = Object.entries(parsed.data.env.vars);
    return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  } catch {
    return {};
  }
}

async function readDotenv(file: string): Promise<Variables> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_DOTENV_BYTES) return {};
    return parseEnv(await readFile(file, 'utf8'));
  } catch {
    return {};
  }
}
