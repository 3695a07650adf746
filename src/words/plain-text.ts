/*
 * Makes text from objects and registries safe for a terminal, a header and a shell. The author of an image string must
 * not be able to move the cursor, forge a line, or put a command into text that other users copy.
 */

const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Length of the text in bytes of UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Shortens to `max` characters (code points). Leaves out the middle, because the host and the tag of an image matter
 * most.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  // A code point has at most two UTF-16 units, so the slices hold every character that is kept.
  const head = Array.from(text.slice(0, 2 * max));
  if (text.length <= 2 * max && head.length <= max) return text;
  const half = Math.floor((max - 1) / 2);
  const tail = Array.from(text.slice(-2 * max));
  return `${head.slice(0, max - 1 - half).join('')}…${tail.slice(-half).join('')}`;
}

/** Shortens to `max` bytes of UTF-8. Leaves out the end, and never splits a character. */
export function cutToBytes(text: string, max: number): string {
  if (utf8Length(text) <= max) return text;
  const bytes = new TextEncoder().encode(text).subarray(0, max - utf8Length('…'));
  return `${new TextDecoder().decode(bytes, { stream: true })}…`;
}

/** One line of at most `max` characters. Control, format and unpaired characters become U+FFFD. */
export function inline(text: string, max = 200): string {
  return shorten(text, max).replaceAll(unprintable, '\u{fffd}');
}

/** The text of `inline` in double quotes. */
export function quote(text: string, max = 200): string {
  return `"${inline(text, max).replaceAll('"', '\\"')}"`;
}

/** The text as one word of a POSIX shell, safe to copy. Undefined if it cannot be shown in full. */
export function shellWord(text: string): string | undefined {
  if (text === '' || inline(text, 500) !== text) return undefined;
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Lists at most `max` items, each as `write` writes it: `a, b and 3 more`. */
export function enumerate<T>(items: readonly T[], max: number, write: (item: T) => string): string {
  const left = items.length - max;
  const texts = items.slice(0, max).map(write);
  if (left > 0) return `${texts.join(', ')} and ${left} more`;
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.slice(-1).join('')}`;
}

/** Makes the first letter a capital, unless the text begins with a host name. */
export function capitalise(text: string): string {
  return text.replace(/^[a-z]+(?=[ ,])/, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));
}
