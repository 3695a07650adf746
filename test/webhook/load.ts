import { EventEmitter, once } from 'node:events';
import type { Agent } from 'node:https';
import { reviewText, send } from './test-server.ts';

/** Clients that send one review after the other until they are stopped. */
export interface Load {
  /** Waits for `count` more responses. */
  responses(count: number): Promise<void>;
  /** Stops the clients. Returns the failures: each status other than 200, and each connection error. */
  stop(): Promise<readonly unknown[]>;
}

/** Starts four clients. */
export function startLoad(agent: Agent, port: number): Load {
  const state = { stopped: false };
  const failures: unknown[] = [];
  const emitter = new EventEmitter();
  async function client(): Promise<void> {
    while (!state.stopped) {
      const failure = await send(agent, port, reviewText()).then(
        ({ status }) => (status === 200 ? undefined : status),
        (error: unknown) => error,
      );
      if (failure !== undefined) failures.push(failure);
      emitter.emit('answer');
    }
  }
  const clients = [client(), client(), client(), client()];
  return {
    async responses(count) {
      for (let answered = 0; answered < count; answered += 1) await once(emitter, 'answer');
    },
    async stop() {
      state.stopped = true;
      await Promise.all(clients);
      return failures;
    },
  };
}
