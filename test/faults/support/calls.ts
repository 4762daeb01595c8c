/** One system call as strace wrote it down. */
export interface SystemCall {
  readonly name: string;
  readonly text: string;
}

/** The calls of a log of `strace -f -y`, in the order in which they began. */
export function parseCalls(trace: string): SystemCall[] {
  return trace.split('\n').flatMap((line) => {
    const match = /^\d+\s+(\w+)\((.*)$/.exec(line);
    return match?.[1] === undefined ? [] : [{ name: match[1], text: match[2] ?? '' }];
  });
}

/** The paths below a folder that the calls name, by a descriptor or as text. */
export function pathsIn(calls: readonly SystemCall[], folder: string): string[] {
  const found = new Set<string>();
  for (const { text } of calls)
    for (const [, quoted, descriptor] of text.matchAll(/"(\/[^"\\]*)"|<(\/[^>]*)>/g)) {
      const name = quoted ?? descriptor ?? '';
      if (name === folder || name.startsWith(`${folder}/`)) found.add(name);
    }
  return [...found];
}
