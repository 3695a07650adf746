import { LRUCache } from 'lru-cache';
import { type Failure, isFailure, isInconclusive, type Throttled } from '../../engine/answer.ts';
import type { Question } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { untilAborted } from '../../lib/wait.ts';
import type { Around, Call, PortAnswer } from './decorate-each.ts';
import { credentialKey, repositoryKey } from './question-key.ts';

/** How long to wait after a 429. */
export interface CooldownOptions {
  readonly clock: Clock;
  /** The wait if the registry names none, or 0, in ms. */
  readonly defaultMs: number;
  /** The longest wait, in ms. A registry can ask for hours, but its quota may be raised earlier. */
  readonly maxMs: number;
  /** The maximum number of repositories, and of registries, that are remembered, each with a credential. */
  readonly maxEntries: number;
}

interface Wait {
  readonly answer: Throttled;
  readonly until: number;
}

/** A wait for all repositories. `probes`: whether the probe of a namespace showed that there is no need to wait. */
interface SharedWait extends Wait {
  readonly probes: Map<string, Promise<boolean | undefined>>;
}

/**
 * Returns what makes calls wait after a `throttled` answer, until the time that the registry asked for. Meanwhile, they
 * get that answer again. Each credential has its own wait, because each has its own quota; so do anonymous calls.
 *
 * The repository waits in any case. The others wait only if the quota is not that of the repository alone: in each
 * namespace, one call for another repository is a probe, and the others of the namespace wait for its result. If the
 * registry throttles it too, the namespace waits. If not, no other repository waits.
 */
export function cooldown({ clock, defaultMs, maxMs, maxEntries }: CooldownOptions): Around {
  const repositories = new LRUCache<string, Wait>({ max: maxEntries });
  const credentials = new LRUCache<string, SharedWait>({ max: maxEntries });

  function record<A extends PortAnswer>(question: Question, answer: A): A {
    if (answer.kind !== 'throttled') return answer;
    const { retryAfterMs = 0 } = answer;
    const until = clock.now() + Math.min(retryAfterMs > 0 ? retryAfterMs : defaultMs, maxMs);
    repositories.set(repositoryKey(question), { answer, until });
    // Another 429 does not make the others wait for longer.
    if (current(credentials, credentialKey(question)) === undefined) {
      credentials.set(credentialKey(question), { answer, until, probes: new Map() });
    }
    return answer;
  }

  function current<W extends Wait>(waits: LRUCache<string, W>, key: string): W | undefined {
    const wait = waits.get(key);
    if (wait === undefined || clock.now() < wait.until) return wait;
    waits.delete(key);
    return undefined;
  }

  function again({ answer, until }: Wait): Throttled {
    return { ...answer, retryAfterMs: until - clock.now() };
  }

  async function probe<A extends PortAnswer>(
    question: Question,
    { probes }: SharedWait,
    call: Call<A | Failure>,
    signal: AbortSignal,
  ): Promise<A | Failure> {
    const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
    const { namespace = '' } = question;
    probes.set(namespace, promise);
    let isNeedless: boolean | undefined;
    try {
      const answer = record(question, await call(signal));
      if (isAnswer(answer)) isNeedless = true;
      if (answer.kind === 'throttled') isNeedless = false;
      return answer;
    } finally {
      if (isNeedless === true) credentials.delete(credentialKey(question));
      // Without an answer, the next call is a probe.
      if (isNeedless === undefined) probes.delete(namespace);
      resolve(isNeedless);
    }
  }

  return async (question, call, signal) => {
    for (;;) {
      signal.throwIfAborted();
      const own = current(repositories, repositoryKey(question));
      if (own !== undefined) return again(own);
      const shared = current(credentials, credentialKey(question));
      if (shared === undefined) return record(question, await call(signal));
      const running = shared.probes.get(question.namespace ?? '');
      if (running === undefined) return probe(question, shared, call, signal);
      if ((await untilAborted(running, signal)) === false) return again(shared);
    }
  };
}

/** Whether the registry answered. An empty list of tags may stand for anything. */
function isAnswer(answer: PortAnswer): boolean {
  if (answer.kind === 'tags') return answer.tags.length > 0;
  return !isFailure(answer) || !isInconclusive(answer);
}
