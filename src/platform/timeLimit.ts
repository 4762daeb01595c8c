export type Limited<T> = { readonly kind: 'settled'; readonly value: T } | { readonly kind: 'timedOut' };

/** Waits for foreign work that may never settle. Rejects when the work does; whatever it does after the limit is ignored. */
export async function withTimeLimit<T>(work: PromiseLike<T>, timeoutMs: number): Promise<Limited<T>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Limited<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'timedOut' });
    }, timeoutMs);
  });
  const settled = Promise.resolve(work).then((value): Limited<T> => ({ kind: 'settled', value }));
  try {
    return await Promise.race([settled, limit]);
  } finally {
    clearTimeout(timer);
  }
}
