import { type Failure, isFailure } from '../../engine/answer.ts';
import type { Tags } from '../../engine/ports.ts';
import { withTimeout } from '../../lib/wait.ts';
import type { Around, TagList } from './decorate-each.ts';
import { createMemory, type MemoryOptions } from './memory.ts';
import { repositoryKey } from './question-key.ts';

export interface CachedTagsOptions extends MemoryOptions {
  /** How long a list is valid, in ms, also an empty one: tags are only suggestions. */
  readonly ttlMs: number;
  /** The longest wait for a list, in ms. A slow list must not cost a verdict; it is cached when it arrives. */
  readonly waitMs: number;
}

/** Returns `tags` with a cache, and with `around` for what the cache does not have. */
export function cachedTags(tags: Tags, around: Around, options: CachedTagsOptions): Tags {
  const lists = createMemory<TagList>('tags', tagBytes, options);

  return {
    async tags(question, signal) {
      async function call(shared: AbortSignal): Promise<TagList | Failure> {
        return { kind: 'tags', tags: await tags.tags(question, shared) };
      }
      const list = await withTimeout(options.waitMs, signal, (timed) =>
        lists.getOrCall(
          question.namespace ?? '',
          repositoryKey(question),
          options.ttlMs,
          (shared) => around(question, call, shared),
          timed,
        ),
      );
      return list === undefined || isFailure(list) ? [] : list.tags;
    },
  };
}

/** Heap for a string, without its characters, in bytes. */
const stringBytes = 24;

function tagBytes({ tags }: TagList): number {
  return tags.reduce((bytes, tag) => bytes + stringBytes + tag.length, 100);
}
