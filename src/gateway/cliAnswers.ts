import type { AgentId } from '../domain/ids.ts';
import type { Timers } from '../platform/timers.ts';
import type { AgentView } from './agentView.ts';

interface Answer {
  readonly view: AgentView;
  /** Of the databases after the call, which may have written to them itself; `null`: it failed, and may not the next time. */
  readonly stamp: string | null;
  readonly askedAt: number;
}

/** Two calls keep a core busy for seconds, and a running gateway writes to its databases all the time. */
const PAUSE_MS = 15_000;

/**
 * What the CLI said about agents whose database has a schema that we do not know. It is asked again only when a database has
 * changed or it failed, and not more often than every 15 s; `onStale` then tells that it is time.
 */
export class CliAnswers {
  readonly #timers: Timers;
  readonly #onStale: () => void;
  readonly #answers = new Map<AgentId, Answer>();
  #isWaiting = false;
  #generation = 0;

  constructor(timers: Timers, onStale: () => void) {
    this.#timers = timers;
    this.#onStale = onStale;
  }

  async get(id: AgentId, stampOf: () => Promise<string>, ask: () => Promise<AgentView>): Promise<AgentView> {
    const known = this.#answers.get(id);
    if (known !== undefined && known.stamp === (await stampOf())) return known.view;
    const pauseMs = known === undefined ? 0 : known.askedAt + PAUSE_MS - this.#timers.now();
    if (known !== undefined && pauseMs > 0) {
      this.#wait(pauseMs);
      return known.view;
    }
    const generation = this.#generation;
    const view = await ask();
    const stamp = view.store.problem === 'cliFailed' ? null : await stampOf();
    // What was asked before a change of ours says nothing about the time after it.
    if (generation === this.#generation) this.#answers.set(id, { view, stamp, askedAt: this.#timers.now() });
    return view;
  }

  /** After a change of ours, only a fresh answer proves anything. */
  forget(): void {
    this.#generation += 1;
    this.#answers.clear();
  }

  #wait(pauseMs: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#timers.after(pauseMs, () => {
      this.#isWaiting = false;
      this.#onStale();
    });
  }
}
