/** Bytes that a registry may send: HTTP responses with parts that are cut, repeated, swapped or wrong, and TLS records. */
import * as fc from 'fast-check';

/** What a server sends after one request, and how it goes on. */
export interface RawAnswer {
  /** One latin1 string for each write. `{{self}}` becomes the host and port of the server. */
  readonly writes: readonly string[];
  /** `keep`: waits for the next request. `end`, `reset`: closes the connection. */
  readonly after: 'keep' | 'end' | 'reset';
}

const digest = `sha256:${'a'.repeat(64)}`;
const types = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/json',
  'text/html; charset=utf-8',
  '',
  'x\u00ff/y',
];

const threeDigits = fc.integer({ min: 0, max: 999 }).map((code) => String(code).padStart(3, '0'));
const commonStatus = fc.constantFrom('200', '200', '401', '401', '404', '206', '301', '307', '429', '403', '405');
const oddStatus = fc.constantFrom('000', '042', '099', '100', '101', '103', '199', '204', '304', '407', '500', '999');

const statusLine = fc.oneof(
  { weight: 6, arbitrary: commonStatus.map((status) => `HTTP/1.1 ${status} OK\r\n`) },
  { weight: 3, arbitrary: fc.oneof(oddStatus, threeDigits).map((status) => `HTTP/1.1 ${status} \u00e9\r\n`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'HTTP/1.0 200 OK\r\n',
      'HTTP/2 200\r\n',
      'HTTP/1.1 20\r\n',
      'HTTP/1.1 2000 OK\r\n',
      'HTTP/1.1 -10 OK\r\n',
      'HTTP/1.1  200 OK\r\n',
      'HTTP/1.1 200\n',
      'ICY 200 OK\r\n',
      '\r\n\r\nHTTP/1.1 200 OK\r\n',
      'SSH-2.0-OpenSSH_9.7\r\n',
      '',
    ),
  },
);

const number = fc.constantFrom(
  '0',
  '1',
  '5',
  '64',
  '1024',
  '-1',
  '+5',
  '5, 5',
  '0x10',
  '99999999999',
  '9'.repeat(30),
  '',
);
const header = fc.oneof(
  number.map((length) => `Content-Length: ${length}`),
  number.map((seconds) => `Retry-After: ${seconds}`),
  number.map((left) => `RateLimit-Remaining: ${left};w=60`),
  fc.constantFrom(...types).map((type) => `Content-Type: ${type}`),
  fc.constantFrom(digest, `sha256:${'a'.repeat(63)}`, 'x', '').map((text) => `Docker-Content-Digest: ${text}`),
  fc
    .constantFrom('', '/', '//', '///', '/v2/', '\\', '%', 'http://{{self}}/x', 'http://[', 'ftp://{{self}}/', '\u00ff')
    .map((target) => `Location: ${target}`),
  fc
    .constantFrom(
      'Basic realm="r"',
      'Bearer realm="http://{{self}}/token",service="s",scope="a b"',
      'Bearer realm="/token"',
      'Bearer realm="http://{{self}}:1/"',
      'Bearer realm="http://\u00e9.invalid/"',
      'Bearer',
      ',',
      '"',
    )
    .map((challenge) => `WWW-Authenticate: ${challenge}`),
  fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, chunked',
    'Transfer-Encoding: identity',
    'Connection: close',
    'Connection: keep-alive',
    'Connection: upgrade',
    'Upgrade: websocket',
    'Keep-Alive: timeout=600',
    'Keep-Alive: timeout=-1',
    'Content-Encoding: gzip',
    'Content-Range: bytes 0-0/5',
    'Docker-Distribution-Api-Version: registry/2.0',
    'X: a\r\n folded',
    'no colon',
    ': no name',
    'X : blank before the colon',
    'X: \u0000',
    `X: ${'y'.repeat(20_000)}`,
  ),
);

const descriptor = { mediaType: types[0], digest, size: 5 };
const body = fc.oneof(
  fc.constantFrom(
    '',
    'hello',
    '<html>',
    JSON.stringify({ config: descriptor, layers: [descriptor, null, {}], mediaType: types[0] }),
    JSON.stringify({ manifests: [{ ...descriptor, mediaType: 'a\nb', platform: { os: 'linux' } }, 1, {}] }),
    JSON.stringify({ token: 'abc', access_token: 'abc', expires_in: 60 }),
    JSON.stringify({ tags: ['v2', 7, 'x y'] }),
    JSON.stringify({ errors: [{ code: 'DENIED', message: null }, null] }),
    '5\r\nhello\r\n0\r\n\r\n',
    '5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n',
    'fffffffffffffffff\r\nhello',
    '-5\r\nhello\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  ),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

const response = fc
  .tuple(statusLine, fc.array(header, { maxLength: 6 }), body)
  .map(([line, headers, text]) => `${line}${headers.map((each) => `${each}\r\n`).join('')}\r\n${text}`);

/** A response with a length that fits, so that it is read to the end. */
const soundResponse = fc
  .tuple(commonStatus, fc.array(header, { maxLength: 3 }), body)
  .map(([status, headers, text]) =>
    [`HTTP/1.1 ${status} OK`, ...headers, `Content-Length: ${Buffer.byteLength(text, 'latin1')}`, '', text].join(
      '\r\n',
    ),
  );

const tlsRecords = fc.constantFrom(
  '\u0015\u0003\u0003\u0000\u0002\u0002\u0028',
  '\u0015\u0003\u0001\u0000\u0002\u0001\u0000',
  '\u0015\u0003\u0003\u0000\u0002\u0002\u0046',
  '\u0015\u0003\u0003\u0000\u0002\u0002\u0070',
  '\u0015\u0003\u0003\u0000\u0001\u0002',
  '\u0016\u0003\u0003\u0000\u0004\u0002\u0000\u0000\u0000',
  '\u0016\u0003\u0003\u00ff\u00ff\u0002',
  '\u0014\u0003\u0003\u0000\u0001\u0001',
  '\u0017\u0003\u0003\u0000\u0005hello',
);

/** A text with some characters removed, replaced or repeated. */
function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const where = fc.double({ min: 0, max: 1, noNaN: true });
  const inserted = fc.constantFrom('', '\r\n', '\n', '\u0000', ' ', ':', '\r\n\r\n', '0', '\u00ff');
  return fc.tuple(text, where, fc.nat(20), inserted).map(([whole, at, length, word]) => {
    const start = Math.floor(at * whole.length);
    return whole.slice(0, start) + word + whole.slice(start + length);
  });
}

/** A text as one write, or in two parts. */
const bytes = fc.oneof(
  { weight: 4, arbitrary: soundResponse },
  { weight: 4, arbitrary: response },
  { weight: 3, arbitrary: mutated(fc.oneof(response, soundResponse)) },
  { weight: 1, arbitrary: tlsRecords },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw).toString('latin1')) },
);
const writes = fc
  .tuple(bytes, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, at]) => [text.slice(0, Math.ceil(at * text.length)), text.slice(Math.ceil(at * text.length))]);

const after = fc.oneof(
  { weight: 10, arbitrary: fc.constant('keep' as const) },
  { weight: 10, arbitrary: fc.constant('end' as const) },
  { weight: 3, arbitrary: fc.constant('reset' as const) },
);

/** The answers of a registry, in order. After the last one it starts again. */
export const rawAnswers: fc.Arbitrary<readonly RawAnswer[]> = fc.array(fc.record({ writes, after }), {
  minLength: 1,
  maxLength: 6,
});
