/**
 * Returns whether `name` is the ASCII name `field` by Unicode simple case folding, which the regex flags `iu` apply:
 * `\u017f` equals `s`. Mirrors how encoding/json of Go 1.26 matches field names.
 */
export function equalFold(field: string, name: string): boolean {
  // Simple folding never changes the length, and this check is cheap.
  return field.length === name.length && new RegExp(`^${field}$`, 'iu').test(name);
}
