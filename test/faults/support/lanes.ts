/** The suites are made for two cores. */
const LANES = 2;

/** Runs jobs two at a time; the first error ends it once the jobs that run have ended. */
export async function runInLanes(jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const queue = [...jobs];
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined && errors.length === 0; job = queue.shift())
      await job().catch((error: unknown) => errors.push(error));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (errors.length > 0) throw errors[0];
}
