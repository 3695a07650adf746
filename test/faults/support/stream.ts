import { setTimeout as sleep } from 'node:timers/promises';
import type { CalledSite } from './called-site.ts';
import { until } from './until.ts';

/** Clients that create one object after another through the API server. */
export interface Stream extends AsyncDisposable {
  /** Waits for `count` more answers. */
  answers(count: number): Promise<void>;
  /** Stops the clients and returns the answers other than 201. */
  stop(): Promise<readonly string[]>;
}

const clients = 4;
const pauseMs = 10;

/** Starts to create PodTemplates with `image`. */
export function startStream(site: CalledSite, image: string): Stream {
  const failures: string[] = [];
  const stopping = new AbortController();
  let answered = 0;

  async function client(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { status, text } = await site.create(image);
      if (status !== 201) failures.push(`${status} ${text}`);
      answered += 1;
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
      await until(`${count} answers`, () => answered >= enough, 60_000);
    },
    stop,
    [Symbol.asyncDispose]: () => stop().then(() => undefined),
  };
}
