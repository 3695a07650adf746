/**
 * Returns whether `name` is the ASCII name `field` by Unicode simple case folding, which the regex flags `iu` apply:
 * `\u017f` equals `s`. Mirrors how encoding/json of Go 1.26 matches field names.
 */
export function equalFold(field: string, name: string): boolean {
  if (field === name) return true;
  // Simple folding never changes the length. Most names fail this check, or the next one, and a regex is slow to make.
  if (field.length !== name.length) return false;
  if (isAscii(name)) return field.toLowerCase() === name.toLowerCase();
  return new RegExp(`^${field}$`, 'iu').test(name);
}

/** Returns whether every character is ASCII. */
export function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are all of ASCII
  return !/[^\u0000-\u007f]/.test(text);
}
