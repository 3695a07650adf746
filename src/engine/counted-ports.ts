import type { NotAsked } from './answer.ts';
import { limits } from './limits.ts';
import type { Ports, Question } from './ports.ts';

/**
 * Returns `ports` with a limit of the questions to registries: `limits.questions` for all images of an object together.
 * Later questions get `not-asked`.
 */
export function countedPorts(ports: Ports): Ports {
  const { registry, tags } = ports;
  let left: number = limits.questions;

  function ask<T>({ reference }: Question, question: () => Promise<T>): Promise<T | NotAsked> {
    left -= 1;
    if (left >= 0) return question();
    return Promise.resolve({ kind: 'not-asked', reason: 'limit', limit: 'questions', host: reference.registry });
  }

  return {
    ...ports,
    registry: {
      resolve: (question, signal) => ask(question, () => registry.resolve(question, signal)),
      manifest: (question, ...rest) => ask(question, () => registry.manifest(question, ...rest)),
      blob: (question, ...rest) => ask(question, () => registry.blob(question, ...rest)),
    },
    tags: {
      async tags(question, signal) {
        const answer = await ask(question, () => tags.tags(question, signal));
        return 'kind' in answer ? [] : answer;
      },
    },
  };
}
