import type { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../support/pullgate.ts';
import { until } from './until.ts';

/** Clients that ask one review after the other, each with a breath between two. */
export interface Load extends AsyncDisposable {
  /** Waits until that many more were answered. */
  answers(count: number): Promise<void>;
  /** Ends it; answers what went wrong: every broken connection and every answer but 200 with `allowed`. */
  stop(): Promise<readonly string[]>;
}

const clients = 8;
const breathMs = 4;

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
      await sleep(breathMs);
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
