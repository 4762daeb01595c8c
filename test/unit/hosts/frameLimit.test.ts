import { describe, expect, it } from 'vitest';
import { FrameLimit } from '../../../src/hosts/frameLimit.ts';

const message = (body: string): Buffer =>
  Buffer.from(`Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`);

/** What comes through, and whether it failed. */
async function pass(pieces: readonly Buffer[], limit = 100): Promise<{ text: string; failed: boolean }> {
  const frames = new FrameLimit(limit);
  const chunks: Buffer[] = [];
  let failed = false;
  frames.on('data', (chunk: Buffer) => chunks.push(chunk));
  const over = new Promise<void>((resolve) => {
    frames.on('error', () => {
      failed = true;
      resolve();
    });
    frames.on('end', resolve);
  });
  for (const piece of pieces) if (!frames.destroyed) frames.write(piece);
  frames.end();
  await over;
  return { text: Buffer.concat(chunks).toString(), failed };
}

describe('FrameLimit', () => {
  it('lets messages through, however they are cut', async () => {
    const all = Buffer.concat([message('{"a":1}'), message('x'.repeat(100)), message('é')]);
    for (const size of [1, 3, 7, 50, all.length]) {
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
        all.subarray(at * size, (at + 1) * size),
      );
      expect(await pass(pieces)).toEqual({ text: all.toString(), failed: false });
    }
  });

  it('fails at a message that is too large before any of it is kept', async () => {
    const { text, failed } = await pass([message('{}'), Buffer.from('Content-Length: 101\r\n\r\n'), Buffer.alloc(101)]);
    expect(failed).toBe(true);
    expect(text).toBe(message('{}').toString());
  });

  it('fails at what is no message', async () => {
    for (const head of [
      'Content-Length: 0\r\n\r\n',
      'Content-Length: -1\r\n\r\n',
      'Content-Length: 99999999999\r\n\r\n',
      'Hello\r\n\r\n',
      'x'.repeat(2_000),
    ])
      expect([head, (await pass([Buffer.from(head)])).failed]).toEqual([head, true]);
  });
});
