import { LRUCache } from 'lru-cache';
import type { Answer } from '../../engine/answer.ts';
import type { Question, Registry } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { imageKey } from './question-key.ts';

/** Answers that are remembered, of about 400 bytes each. */
const maxAnswers = 50_000;

/**
 * Returns `registry` for one run over many objects, such as a scan: each image is asked for once with each credential, and
 * the answer holds for the whole run, also if it is a failure. All namespaces count as one, because one user runs it: so
 * they share each call, and their places. A question that was never sent (`not-asked`) is asked again.
 */
export function askedOnce(registry: Registry, clock: Clock): Registry {
  const answers = new LRUCache<string, Answer>({ max: maxAnswers });
  const flights = createSingleFlight<Answer>(clock, 0);

  return {
    async resolve(question, signal) {
      const key = imageKey(question);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const { value } = await flights.fly(key, (shared) => registry.resolve(ofTheRun(question), shared), signal);
      if (value.kind !== 'not-asked') answers.set(key, value);
      return value;
    },
    manifest: (question, ...rest) => registry.manifest(ofTheRun(question), ...rest),
    blob: (question, ...rest) => registry.blob(ofTheRun(question), ...rest),
  };
}

function ofTheRun({ namespace: _asker, ...question }: Question): Question {
  return question;
}
