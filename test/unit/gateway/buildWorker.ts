import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The worker's bundle in a folder of its own, far from any `node_modules`: it has to bring everything. */
export async function buildWorker(): Promise<string> {
  const built = await build({
    ...{ entryPoints: [path.join(ROOT, 'src/gateway/worker.ts')], bundle: true, write: false },
    ...{ platform: 'node', target: 'node20', format: 'esm', mainFields: ['module', 'main'], logLevel: 'silent' },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(process.execPath);",
    },
    outfile: 'worker.mjs',
  });
  const worker = path.join(await mkdtemp(path.join(tmpdir(), 'openclaw-auth-test-')), 'worker.mjs');
  await writeFile(worker, built.outputFiles[0]?.text ?? '');
  return worker;
}
