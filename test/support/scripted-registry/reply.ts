import type { ServerResponse } from 'node:http';
import type { Alterations, Reply } from './script.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** The answer to a request before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly alterations: Alterations;
}

/**
 * Converts a reply of the script: a string is plain text, everything else is JSON. Headers of the reply take
 * precedence.
 */
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

/** An error in the format of the OCI distribution specification. */
export function specified(status: number, code: string, message: string): Reply {
  return { status, body: { errors: [{ code, message }] } };
}

/** Sends an answer with its alterations. A HEAD request gets the same headers as a GET request. */
export function send(response: ServerResponse, { status, headers, body, alterations }: Answer): void {
  const { omitHeaders = [], setHeaders = {}, declareLength } = alterations;
  const bytes = alter(body, alterations);
  response.sendDate = false;
  response.statusCode = status;
  const all: Headers = { 'Content-Length': String(declareLength ?? bytes.length), ...headers, ...setHeaders };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  if (declareLength !== undefined) response.setHeader('Connection', 'close');
  // Without a Content-Length, the body ends with the connection. Node would otherwise send it chunked.
  for (const name of omitHeaders) response.removeHeader(name);
  if (!response.hasHeader('Content-Length')) response.removeHeader('Transfer-Encoding');
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

function alter(body: Buffer, { truncate, flip = false }: Alterations): Buffer {
  const cut = Buffer.from(body.subarray(0, truncate));
  if (flip && cut.length > 0) cut.writeUInt8(cut.readUInt8(cut.length - 1) ^ 1, cut.length - 1);
  return cut;
}
