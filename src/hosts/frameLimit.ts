import { Transform, type TransformCallback } from 'node:stream';

/** A snapshot of 10,000 profiles takes a sixth of it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_HEAD_BYTES = 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /^Content-Length: (\d{1,10})$/im;

/**
 * Lets JSON-RPC messages through, and fails at the first that announces more than the limit or is none: the reader behind it would
 * collect whatever it is promised.
 */
export class FrameLimit extends Transform {
  readonly #maxBodyBytes: number;
  /** Of the body that is passing through. */
  #owed = 0;
  #head: Buffer = Buffer.alloc(0);

  constructor(maxBodyBytes = MAX_BODY_BYTES) {
    super();
    this.#maxBodyBytes = maxBodyBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#owed > 0) {
        const body = rest.subarray(0, this.#owed);
        this.push(body);
        this.#owed -= body.length;
        rest = rest.subarray(body.length);
        continue;
      }
      const seen = Buffer.concat([this.#head, rest]);
      const end = seen.indexOf(HEAD_END);
      if (end > MAX_HEAD_BYTES || (end < 0 && seen.length > MAX_HEAD_BYTES)) return done(new Error('head'));
      this.#head = end < 0 ? seen : Buffer.alloc(0);
      if (end < 0) break;
      const length = Number(LENGTH.exec(seen.toString('latin1', 0, end))?.[1] ?? -1);
      if (length <= 0 || length > this.#maxBodyBytes) return done(new Error('length'));
      this.push(seen.subarray(0, end + HEAD_END.length));
      this.#owed = length;
      rest = seen.subarray(end + HEAD_END.length);
    }
    done();
  }
}
