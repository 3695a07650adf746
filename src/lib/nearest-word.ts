import { editDistance } from './edit-distance.ts';

/**
 * Returns the word that a user most likely meant: the one with the fewest letters to change. Undefined if every word
 * differs in more than a third of its letters.
 */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const text = typed.toLowerCase();
  const near = words.flatMap((word) => {
    const max = Math.max(1, Math.floor(Math.max(word.length, text.length) / 3));
    const distance = editDistance(text, word.toLowerCase(), max);
    return distance === Infinity ? [] : [{ word, distance }];
  });
  return near.sort((a, b) => a.distance - b.distance)[0]?.word;
}
