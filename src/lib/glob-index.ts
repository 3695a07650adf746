import { addToList } from './add-to-list.ts';
import { matchesGlob } from './glob.ts';

/** Length of the texts by which patterns with a star are found. */
const gramLength = 5;

/**
 * Returns a function that yields the value of each pattern that matches all of a text; see `matchesGlob`. The values come
 * in no special order. Each pattern with a star is kept under a short text that few other patterns have too, so the
 * function compares a text only with the patterns whose short text occurs in it. Patterns without five characters in a
 * row are always compared.
 */
export function globIndex<T>(
  patterns: readonly (readonly [pattern: string, value: T])[],
): (text: string) => Generator<T, void, void> {
  const counts = new Map<string, number>();
  for (const [pattern] of patterns) for (const gram of gramsOf(pattern)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const literals = new Map<string, T[]>();
  const byGram = new Map<string | undefined, (readonly [pattern: string, value: T])[]>();
  for (const each of patterns) {
    const [pattern, value] = each;
    if (pattern.includes('*')) addToList(byGram, rarest(gramsOf(pattern), counts), each);
    else addToList(literals, pattern, value);
  }

  function* matching(gram: string | undefined, text: string): Generator<T, void, void> {
    for (const [pattern, value] of byGram.get(gram) ?? []) if (matchesGlob(pattern, text)) yield value;
  }

  return function* (text) {
    yield* literals.get(text) ?? [];
    yield* matching(undefined, text);
    for (const gram of gramsIn(text)) if (byGram.has(gram)) yield* matching(gram, text);
  };
}

/** The short texts of a pattern. They have no star. */
function gramsOf(pattern: string): readonly string[] {
  return pattern.split('*').flatMap(gramsIn);
}

function gramsIn(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - gramLength + 1) }, (_, at) => text.slice(at, at + gramLength));
}

function rarest(grams: readonly string[], counts: ReadonlyMap<string, number>): string | undefined {
  let [best, least]: [string | undefined, number] = [undefined, Infinity];
  for (const gram of grams) {
    const count = counts.get(gram) ?? 0;
    if (count < least) [best, least] = [gram, count];
  }
  return best;
}
