import type { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../../support/admission-client.ts';
import { until } from './until.ts';

/** Clients that send one review after another, with a short pause in between. */
export interface Load extends AsyncDisposable {
  /** Waits for `count` more answers. */
  answers(count: number): Promise<void>;
  /** Stops the clients and returns the failures: connection errors, and answers that are not 200 with `allowed`. */
  stop(): Promise<readonly string[]>;
}

const clients = 8;
const pauseMs = 4;

/** Starts 8 clients that send `body` to the webhook at `port`. */
export function startLoad(agent: Agent, port: number, body: string): Load {
  const failures: string[] = [];
  const stopping = new AbortController();
  let answered = 0;

  async function ask(): Promise<void> {
    try {
      const { status, allowed, text } = await exchange(agent, port, '/validate?timeout=10s', body);
      if (status !== 200 || allowed !== true) failures.push(`${status} ${text}`);
    } catch (error) {
      failures.push(String(error));
    }
    answered += 1;
  }

  async function client(): Promise<void> {
    while (!stopping.signal.aborted) {
      await ask();
      await sleep(pauseMs);
    }
  }

  const running = Array.from({ length: clients }, client);

  async function stop(): Promise<readonly string[]> {
    stopping.abort();
    await Promise.all(running);
    return failures;
  }

  return {
    async answers(count) {
      const enough = answered + count;
      await until(`${count} answers`, () => answered >= enough, 30_000);
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}
