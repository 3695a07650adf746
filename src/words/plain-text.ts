/**
 * Text from objects and registries, made fit for a terminal, a header and a shell: whoever writes an image
 * string must not be able to move the cursor, forge a line or slip a command into what others copy.
 */

const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Length in bytes of UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** At most `max` characters (code points), the middle left out: both the host and the tag of an image matter. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  // A code point is at most two units: what is cut off here unseen is never part of what is kept.
  const head = Array.from(text.slice(0, 2 * max));
  if (text.length <= 2 * max && head.length <= max) return text;
  const half = Math.floor((max - 1) / 2);
  const tail = Array.from(text.slice(-2 * max));
  return `${head.slice(0, max - 1 - half).join('')}…${tail.slice(-half).join('')}`;
}

/** At most `max` bytes of UTF-8, the end left out, never within a character. */
export function cutToBytes(text: string, max: number): string {
  if (utf8Length(text) <= max) return text;
  const bytes = new TextEncoder().encode(text).subarray(0, max - utf8Length('…'));
  return `${new TextDecoder().decode(bytes, { stream: true })}…`;
}

/** One line without control, format or unpaired characters, of at most `max` characters. */
export function inline(text: string, max = 200): string {
  return shorten(text, max).replaceAll(unprintable, '\u{fffd}');
}

/** `inline` between double quotes. */
export function quote(text: string, max = 200): string {
  return `"${inline(text, max).replaceAll('"', '\\"')}"`;
}

/** One word of a POSIX shell, safe to copy; undefined where the text cannot be shown whole. */
export function shellWord(text: string): string | undefined {
  if (text === '' || inline(text, 500) !== text) return undefined;
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `a, b and 3 more`. */
export function enumerate(items: readonly string[], max: number): string {
  const left = items.length - max;
  if (left > 0) return `${items.slice(0, max).join(', ')} and ${left} more`;
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.slice(-1).join('')}`;
}

/** Begins with a capital, unless with a host's name. */
export function capitalise(text: string): string {
  return text.replace(/^[a-z]+(?=[ ,])/, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));
}
