import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listenOnLoopback } from '../support/loopback.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { manifestHeaders } from '../support/registries.ts';
import { assertHealthy } from './support/healthy.ts';
import { reviewImage, wordsOf } from './support/image-case.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

/** Clears the screen, sets a colour, rings the bell and changes the text direction. */
const nasty = '\u001b[2J\u001b[31mall is well\u0007\u0000\u009b8;;\u202e\ufeff';

interface Reply {
  readonly status: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A TCP server that sends this reply. The HTTP server of Node does not send such text. */
function rawServer({ status, headers = [], body = '' }: Reply) {
  const head = [`HTTP/1.1 ${status}`, `content-length: ${Buffer.byteLength(body)}`, ...headers, '', ''].join('\r\n');
  return createServer((socket) => {
    socket.on('data', (data) => {
      const isHead = data.toString('latin1').startsWith('HEAD');
      socket.write(isHead ? head : `${head}${body}`);
    });
  });
}

function errorBody(text: string): string {
  return JSON.stringify({ errors: [{ code: text, message: text, detail: text }] });
}

function manifestWith(name: keyof typeof manifestHeaders, value: string): readonly string[] {
  return Object.entries({ ...manifestHeaders, [name]: value })
    .filter(([header]) => header !== 'content-length')
    .map((header) => header.join(': '));
}

const long = 'x'.repeat(1024 * 1024);

const cases: readonly { readonly it: string; readonly reply: Reply; readonly findings: readonly string[] }[] = [
  { it: 'in an error', reply: { status: '404 x', body: errorBody(nasty) }, findings: ['image-not-found'] },
  { it: 'instead of an error', reply: { status: '403 x', body: nasty }, findings: ['registry-unreachable: web-page'] },
  { it: 'after a status', reply: { status: `404 ${nasty}` }, findings: ['image-not-found'] },
  {
    it: 'in a header',
    reply: { status: '404 x', headers: [`x-a: ${nasty}`] },
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a challenge',
    reply: { status: '401 x', headers: [`www-authenticate: Bearer realm="http://x/\u001b[2J"`] },
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a content type',
    reply: { status: '200 x', headers: manifestWith('content-type', 'a/\u001b[2J') },
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a digest',
    reply: { status: '200 x', headers: manifestWith('docker-content-digest', `sha256:\u009b`) },
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a redirect target',
    reply: { status: '307 x', headers: ['location: http://x/\u001b[2J'] },
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'with 1 MB in an error',
    reply: { status: '404 x', body: errorBody(long) },
    findings: ['registry-unreachable: web-page'],
  },
  {
    it: 'with 1 MB instead of an error',
    reply: { status: '500 x', body: long },
    findings: ['registry-unreachable: server-error'],
  },
  {
    it: 'with 1 MB of brackets',
    reply: { status: '404 x', body: '['.repeat(1024 * 1024) },
    findings: ['registry-unreachable: web-page'],
  },
];

/** The API server drops a warning with a control character, and a terminal executes control sequences. */
function assertPlain(texts: readonly string[]): void {
  for (const line of texts.flatMap((text) => text.split('\n')))
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]|\[2J|all is well/u);
}

async function assertAllPlain(pullgate: RunningPullgate): Promise<void> {
  assertPlain([...pullgate.log, (await pullgate.get('/metrics')).text]);
}

for (const { it, reply, findings: expected } of cases) {
  test(`F73 unprintable text ${it} is not printed`, async () => {
    await using registry = await listenOnLoopback(rawServer(reply));
    await using pullgate = await startPullgate();
    const answer = await reviewImage(pullgate, `${registry.host}/team/app:v1`);
    assert.deepEqual([answer.status, kindsIn(answer)], [200, expected], answer.text);
    assert.ok(answer.ms < stretched(1_000), `took ${Math.round(answer.ms)} ms`);
    assertPlain([wordsOf(answer), JSON.stringify(answer.response['auditAnnotations'])]);
    await assertAllPlain(pullgate);
    await assertHealthy(pullgate);
  });
}
