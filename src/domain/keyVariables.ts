import { isAtLeast, type Release } from './release.ts';

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

/**
 * From 2026.8 on most providers are plugins of their own, and a variable counts only with its plugin; these come with the release
 * (2026.9.6).
 */
const BUNDLED_LATE: ReadonlySet<string> = new Set([
  ...['anthropic', 'github-copilot', 'google', 'huggingface', 'litellm', 'lmstudio', 'minimax', 'nvidia', 'ollama'],
  ...['openai', 'openrouter', 'together', 'xai'],
]);

/** Up to 2026.7 GitHub's general variables counted as Copilot keys. */
const EARLIER_COPILOT_VARIABLES = ['GH_TOKEN', 'GITHUB_TOKEN'];

/** Providers of which any release takes a key from the environment. */
export const ENVIRONMENT_PROVIDERS: readonly string[] = Object.keys(KEY_VARIABLES);

/** The numbered and `OPENCLAW_LIVE_…` variables, which rotate keys, do not make a provider usable on their own. */
export function keyVariables(
  provider: string,
  release: Release | null,
  plugins: ReadonlySet<string>,
): readonly string[] {
  const own = KEY_VARIABLES[provider] ?? [];
  if (release === null) return own;
  if (isAtLeast(release, '2026.8.0') && !BUNDLED_LATE.has(provider) && !plugins.has(provider)) return [];
  if (provider === 'github-copilot' && !isAtLeast(release, '2026.8.0')) return [...own, ...EARLIER_COPILOT_VARIABLES];
  if (provider === 'openai' && !isAtLeast(release, '2026.6.0')) return own.filter((name) => name !== 'CODEX_API_KEY');
  return own;
}
