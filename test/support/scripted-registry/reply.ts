import type { ServerResponse } from 'node:http';
import type { Alterations, Reply } from './script.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What a request came to, before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly alterations: Alterations;
}

/** A reply of the script as an answer: texts are plain, everything else is JSON; its own headers win. */
export function scripted(reply: Reply): Answer {
  const { status, headers, body = '', ...alterations } = reply;
  const plain = typeof body === 'string';
  return {
    status,
    headers: { 'Content-Type': plain ? 'text/plain; charset=utf-8' : 'application/json', ...headers },
    body: Buffer.from(plain ? body : JSON.stringify(body)),
    alterations,
  };
}

/** An error as the distribution specification writes it. */
export function specified(status: number, code: string, message: string): Reply {
  return { status, body: { errors: [{ code, message }] } };
}

/** Puts `answer` on the wire, altered as it says; a HEAD gets the headers of its GET. */
export function send(response: ServerResponse, { status, headers, body, alterations }: Answer): void {
  const { omitHeaders = [], setHeaders = {}, declareLength } = alterations;
  const bytes = alter(body, alterations);
  response.sendDate = false;
  response.statusCode = status;
  const all: Headers = { 'Content-Length': String(declareLength ?? bytes.length), ...headers, ...setHeaders };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  if (declareLength !== undefined) response.setHeader('Connection', 'close');
  // Without a length the body ends with the connection: a chunked body would be a framing that nobody asked for.
  for (const name of omitHeaders) response.removeHeader(name);
  if (!response.hasHeader('Content-Length')) response.removeHeader('Transfer-Encoding');
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

function alter(body: Buffer, { truncate, flip = false }: Alterations): Buffer {
  const cut = Buffer.from(body.subarray(0, truncate));
  if (flip && cut.length > 0) cut.writeUInt8(cut.readUInt8(cut.length - 1) ^ 1, cut.length - 1);
  return cut;
}
