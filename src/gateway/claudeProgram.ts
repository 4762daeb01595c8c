import { readFile, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { parseJson } from '../platform/json.ts';
import type { NodeSearch } from './nodeProgram.ts';
import { findProgram } from './programPath.ts';

const PACKAGE = z.looseObject({ name: z.literal('@anthropic-ai/claude-code'), version: z.string() });
const VERSION = /^\d+\.\d+\.\d+/;

/**
 * Whether a `claude` is on PATH, and its version where its place tells: of a package its manifest stands beside it, and the native
 * installer names the file by it. Nothing is run.
 */
export async function findClaude(
  env: NodeSearch['env'],
): Promise<{ readonly hasClaude: boolean; readonly claudeVersion: string | null }> {
  const found = await findProgram('claude', null, env);
  if (found === null) return { hasClaude: false, claudeVersion: null };
  const file = await realpath(found).catch(() => found);
  const manifest = await readFile(path.join(path.dirname(file), 'package.json'), 'utf8').catch(() => '');
  const named = VERSION.exec(path.basename(file))?.[0] ?? null;
  return { hasClaude: true, claudeVersion: PACKAGE.safeParse(parseJson(manifest)).data?.version ?? named };
}
