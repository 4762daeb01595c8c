import { expect, it } from 'vitest';
import { agentId } from '../../../src/domain/ids.ts';
import { problemView, type AgentView } from '../../../src/gateway/agentView.ts';
import { CliAnswers } from '../../../src/gateway/cliAnswers.ts';
import { ManualTimers } from '../../fakes/manualTimers.ts';

function setUp(): {
  timers: ManualTimers;
  read: (stamp: string) => Promise<number>;
  answers: CliAnswers;
  stale: number[];
} {
  const timers = new ManualTimers();
  const stale: number[] = [];
  let calls = 0;
  const answers = new CliAnswers(timers, () => stale.push(timers.now()));
  const read = async (stamp: string): Promise<number> => {
    const ask = () => {
      calls += 1;
      return Promise.resolve(problemView('cli', '/bin/openclaw', 'ok', null));
    };
    await answers.get(agentId('main'), () => Promise.resolve(stamp), ask);
    return calls;
  };
  return { timers, read, answers, stale };
}

it('asks once while the databases stay as they are', async () => {
  const { timers, read } = setUp();
  for (let time = 0; time < 10; time += 1) {
    expect(await read('same')).toBe(1);
    await timers.advance(60_000);
  }
});

it('asks every 15 s at most while they change, and says when it is time', async () => {
  const { timers, read, stale } = setUp();
  let calls = 0;
  for (let time = 0; time < 300; time += 1) {
    calls = await read(`write ${String(time)}`);
    await timers.advance(100);
  }
  // 30 s of ten readings a second.
  expect(calls).toBe(2);
  await timers.advance(15_000);
  expect(stale).toEqual([15_000, 30_000]);
});

it('asks again after a change of ours', async () => {
  const { read, answers } = setUp();
  await read('same');
  answers.forget();
  expect(await read('same')).toBe(2);
});

it('asks again after a change of ours, also where an answer from before it came late', async () => {
  const { read, answers } = setUp();
  let answer: (view: AgentView) => void = () => {};
  const late = answers.get(
    agentId('main'),
    () => Promise.resolve('same'),
    () => new Promise((resolve) => (answer = resolve)),
  );
  answers.forget();
  answer(problemView('cli', '/bin/openclaw', 'ok', null));
  await late;
  expect(await read('same')).toBe(1);
});

it('asks again after a failure, though nothing has changed', async () => {
  const timers = new ManualTimers();
  const stale: number[] = [];
  const answers = new CliAnswers(timers, () => stale.push(timers.now()));
  const results = ['cliFailed', null] as const;
  let calls = 0;
  const read = async (): Promise<string | null> => {
    const ask = () => {
      const problem = results[calls] ?? null;
      calls += 1;
      return Promise.resolve(problemView('cli', '/bin/openclaw', problem === null ? 'ok' : 'unreadable', problem));
    };
    return (await answers.get(agentId('main'), () => Promise.resolve('same'), ask)).store.problem;
  };
  expect([await read(), await read(), calls]).toEqual(['cliFailed', 'cliFailed', 1]);
  await timers.advance(15_000);
  expect(stale).toEqual([15_000]);
  expect([await read(), await read(), calls]).toEqual([null, null, 2]);
});
