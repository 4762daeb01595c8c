// @ts-check

/**
 * Runs jobs a few at a time; one that fails does not stop the others.
 * @param {(() => Promise<unknown>)[]} jobs
 * @param {number} atOnce
 * @returns {Promise<unknown[]>} the errors
 */
export async function runAll(jobs, atOnce) {
  const queue = [...jobs];
  /** @type {unknown[]} */
  const errors = [];
  const work = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      await job().catch((error) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return errors;
}
