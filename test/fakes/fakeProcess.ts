import { PassThrough } from 'node:stream';
import type { OpenedProcess, ProcessEnd } from '../../src/platform/process.ts';

/** A process whose other side is played by the test. */
export class FakeProcess implements OpenedProcess {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly ended: Promise<ProcessEnd>;
  isKilled = false;
  words = '';
  #end: (how: ProcessEnd) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  stderr = (): Buffer => Buffer.from(this.words);

  kill = (): void => {
    this.isKilled = true;
    this.end({ kind: 'killed', signal: 'SIGKILL' });
  };

  end(how: ProcessEnd, words = ''): void {
    this.words += words;
    this.input.destroy();
    this.output.destroy();
    this.#end(how);
  }
}
