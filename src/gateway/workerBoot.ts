import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';

/** A worker that is not a file where it runs: its text comes on stdin, and nothing of it stays. */
export interface PackedWorker {
  /** To be written to the stdin of a Node that runs {@link WORKER_BOOT}, before anything for the worker itself. */
  readonly bytes: Buffer;
  /** Of the worker's text, in hex. */
  readonly sha256: string;
}

/** A quarter of the size in a few milliseconds; the highest level takes seconds for a tenth less. */
const BROTLI_LEVEL = 5;

export function packWorker(text: string): PackedWorker {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_LEVEL } });
  return { bytes: Buffer.concat([Buffer.from(`${String(packed.length)} ${sha256}\n`), packed]), sha256 };
}

/** What a Node exits with when the text arrived damaged, and when it could not be run. */
export const EXIT_DAMAGED = 65;
const EXIT_UNUSABLE = 70;

const NAME = 'openclaw-auth-worker.mjs';

/**
 * For `node -e`: reads the worker from stdin and runs it with the other arguments; the rest of stdin is the worker's. One line
 * without single quotes, to be carried through a shell. A module from a `data:` URL knows its own text, so it can start another
 * worker in the same way; without a name every line of a stack would repeat all of it.
 */
export const WORKER_BOOT = [
  'const input = process.stdin; let have = Buffer.alloc(0), head = null;',
  'const take = (chunk) => {',
  'have = Buffer.concat([have, chunk]);',
  'if (head === null) { const end = have.indexOf(10); if (end < 0) return;',
  'head = have.toString("latin1", 0, end).split(" "); have = have.subarray(end + 1); }',
  'const size = Number(head[0]); if (have.length < size) return;',
  'input.off("data", take); input.pause();',
  'let code; try { code = require("zlib").brotliDecompressSync(have.subarray(0, size)); }',
  `catch { process.exit(${String(EXIT_DAMAGED)}); }`,
  'const hash = require("crypto").createHash("sha256").update(code).digest("hex");',
  `if (hash !== head[1]) process.exit(${String(EXIT_DAMAGED)});`,
  'if (have.length > size) input.unshift(have.subarray(size));',
  `process.argv.splice(1, 0, "${NAME}");`,
  `const named = Buffer.concat([code, Buffer.from("\\n//# sourceURL=${NAME}\\n")]);`,
  'import("data:text/javascript;sha256=" + hash + ";base64," + named.toString("base64"))',
  `.catch(() => process.exit(${String(EXIT_UNUSABLE)})); };`,
  'input.on("data", take);',
].join(' ');

const PLACE = /^data:text\/javascript;sha256=(?<sha256>[\da-f]{64});base64,/;

/** How a Node is told to run the worker at `place`: a path, or the URL of a worker that was started by {@link WORKER_BOOT}. */
export function startWorkerAt(place: string): { readonly args: readonly string[]; readonly preamble: Buffer | null } {
  const [prefix] = PLACE.exec(place) ?? [];
  if (prefix === undefined) return { args: [place], preamble: null };
  const text = Buffer.from(place.slice(prefix.length), 'base64').toString();
  return { args: ['-e', WORKER_BOOT, '--'], preamble: packWorker(text).bytes };
}

/** What {@link packWorker} said of the text of a worker that runs from its URL; null for one that is a file. */
export function sha256OfPlace(place: string): string | null {
  return PLACE.exec(place)?.groups?.['sha256'] ?? null;
}
