import type { IncomingHttpHeaders } from 'node:http';

/**
 * Returns the first value of a header, as `Header.Get` of Go 1.26 does. Undefined if it is missing. `name` is lower
 * case.
 */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return headerLines(headers, name)[0];
}

/** Returns all values of a header, in order. `name` is lower case. */
export function headerLines(headers: IncomingHttpHeaders, name: string): readonly string[] {
  return [headers[name] ?? []].flat();
}
