import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const COPIED = [
  'src',
  'test/unit',
  'test/fakes',
  'test/faults/support',
  'vitest.config.mts',
  'package.json',
  'tsconfig.json',
];

/** One safeguard taken out of a source file: `find` stands there exactly once. */
export interface Removal {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** How the tests of a copy ended. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** The sources and unit tests in a folder of their own, to be spoiled. */
export class SourceCopy {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(root, name), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  }

  /** Does the work without the safeguard, and puts it back. Throws when it is not where it is said to be. */
  async without<T>({ file, find, put }: Removal, work: () => Promise<T>): Promise<T> {
    const place = path.join(this.root, file);
    const text = readFileSync(place, 'utf8');
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`${file}: the safeguard stands there ${found} times, not once: ${find}`);
    writeFileSync(
      place,
      text.replace(find, () => put),
    );
    try {
      return await work();
    } finally {
      writeFileSync(place, text);
    }
  }

  /** Runs the unit tests of a file whose name contains `name`. */
  async runTests(file: string, name: string): Promise<TestCounts> {
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    const report = path.join(this.root, 'report.json');
    const reporter = ['--reporter=json', `--outputFile.json=${report}`];
    rmSync(report, { force: true });
    const args = [vitest, 'run', '--root', this.root, '--project', 'unit', file, '-t', name, ...reporter];
    await new Promise<void>((resolve) => {
      // A test that fails is an exit code, and what is wanted here.
      execFile(process.execPath, args, { cwd: this.root, maxBuffer: 2 ** 26 }, () => resolve());
    });
    const counts = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    return { passed: counts.numPassedTests, failed: counts.numFailedTests };
  }
}
