import type { IncomingHttpHeaders } from 'node:http';

/** A header's first line, as Go's `Header.Get` has it; undefined where it was not sent. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return headerLines(headers, name)[0];
}

/** Every line of a header, in order. */
export function headerLines(headers: IncomingHttpHeaders, name: string): readonly string[] {
  return [headers[name] ?? []].flat();
}
