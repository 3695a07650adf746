/** The time in a timestamp of RFC 3339, in ms since 1970. NaN if the text is not one. */
export function instantOf(text: string): number {
  return Date.parse(text);
}
