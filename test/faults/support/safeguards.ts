import type { Removal } from './sourceCopy.ts';

/** What must turn red when a safeguard is gone: unit tests, or one disturbed write. */
export type Proof =
  | { readonly kind: 'unit'; readonly file: string; readonly name: string }
  /** The order of the system calls. */
  | { readonly kind: 'order' }
  /** SIGKILL at every call of these names. */
  | { readonly kind: 'kill'; readonly call: string }
  /** A call that does nothing and says that it did. */
  | { readonly kind: 'lie'; readonly inject: (bytes: number) => string };

export interface Safeguard {
  readonly name: string;
  readonly removal: Removal;
  readonly proof: Proof;
}

const STORE = 'src/gateway/jsonStore';
const UNIT = 'test/unit/gateway/jsonStore';
const unit = (file: string, name: string): Proof => ({ kind: 'unit', file: `${UNIT}/${file}`, name });

export const SAFEGUARDS: readonly Safeguard[] = [
  {
    name: 'lock',
    removal: {
      file: `${STORE}/storeLock.ts`,
      find: 'return await waitForLock(await lockPathOf(storePath, options.era), options);',
      put: 'return { path: storePath, isHeld: () => Promise.resolve(true), release: () => Promise.resolve(true) };',
    },
    proof: unit('writer.test.ts', 'does nothing while another process holds the lock'),
  },
  {
    name: 'link creation',
    removal: {
      file: `${STORE}/lockFile.ts`,
      find: 'await link(tempPath, path);\n    return true;',
      put: 'await writeWholeFile(path, body);\n    return true;',
    },
    proof: { kind: 'kill', call: 'write' },
  },
  {
    name: 'start time',
    removal: {
      file: `${STORE}/lockRules.ts`,
      find: '(current !== null && current !== body.startTime) || ',
      put: '',
    },
    proof: unit('lockRules.test.ts', 'isStaleLock'),
  },
  {
    name: 'ownership check',
    removal: {
      file: `${STORE}/storeLock.ts`,
      find: 'performance.now() - since < MAX_HOLD_MS && (await isOurs())',
      put: 'performance.now() - since < MAX_HOLD_MS && (await Promise.resolve(true))',
    },
    proof: unit('storeLock.test.ts', 'notices that it was robbed'),
  },
  {
    name: 'mode at creation',
    removal: {
      file: `${STORE}/replaceFile.ts`,
      find: "const handle = await open(temp, 'wx', 0o600);",
      put: "const handle = await open(temp, 'wx', 0o644);",
    },
    proof: { kind: 'order' },
  },
  {
    name: 'file fsync',
    removal: {
      file: `${STORE}/replaceFile.ts`,
      find: 'await handle.sync();\n    await checkLength',
      put: 'await checkLength',
    },
    proof: { kind: 'order' },
  },
  {
    name: 'directory fsync',
    removal: {
      file: `${STORE}/replaceFile.ts`,
      find: 'await syncDirectory(path.dirname(target), replacement.path);',
      put: '',
    },
    proof: { kind: 'order' },
  },
  {
    name: 'read-back',
    removal: {
      file: `${STORE}/replaceFile.ts`,
      find: "if (after.kind !== 'ok' || after.text !== replacement.text)",
      put: 'if (after === null)',
    },
    proof: { kind: 'lie', inject: () => 'rename:retval=0:when=1' },
  },
  {
    name: 'mtime change',
    removal: {
      file: `${STORE}/replaceFile.ts`,
      find: 'await setOtherMtime(handle, before);',
      put: '',
    },
    proof: unit('replaceFile.test.ts', 'gives another mtime'),
  },
  {
    name: 'length check',
    removal: {
      file: `${STORE}/replaceFile.ts`,
      find: 'await checkLength(handle, text, shown);',
      put: '',
    },
    // The first write is the lock's.
    proof: { kind: 'lie', inject: (bytes) => `write:retval=${bytes}:when=2` },
  },
  {
    name: 'duplicate keys',
    removal: {
      file: 'src/domain/editableDocument.ts',
      find: 'if (duplicateKeyAt !== null) throw malformed(',
      put: 'if (duplicateKeyAt === -1) throw malformed(',
    },
    proof: unit('writer.test.ts', 'leaves a malformed store alone'),
  },
  {
    name: 'expectation',
    removal: {
      file: `${STORE}/plan.ts`,
      find: "if (conflict !== null && (edits.length > 0 || 'profileId' in change)) throw conflict;",
      put: '',
    },
    proof: unit('writer.test.ts', 'replaces what the user saw, and nothing else'),
  },
];
