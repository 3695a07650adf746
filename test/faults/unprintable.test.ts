import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listenOnLoopback } from '../support/loopback.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { manifestHeaders } from '../support/registries.ts';
import { assertHealthy } from './healthy.ts';
import { reviewImage, wordsOf } from './image-case.ts';
import { told } from './told.ts';

/** Clears the screen, colours, rings, turns the direction of text. */
const nasty = '\u001b[2J\u001b[31mall is well\u0007\u0000\u009b8;;\u202e\ufeff';

interface Reply {
  readonly status: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A server below HTTP: Node's own would not send such things. */
function speaking({ status, headers = [], body = '' }: Reply) {
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

const cases: readonly { readonly it: string; readonly reply: Reply; readonly told: readonly string[] }[] = [
  { it: 'in an error', reply: { status: '404 x', body: errorBody(nasty) }, told: ['image-not-found'] },
  { it: 'in place of an error', reply: { status: '403 x', body: nasty }, told: ['access-denied: no-credentials'] },
  { it: 'beside a status', reply: { status: `404 ${nasty}` }, told: ['image-not-found'] },
  {
    it: 'in a header',
    reply: { status: '404 x', headers: [`x-a: ${nasty}`] },
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a challenge',
    reply: { status: '401 x', headers: [`www-authenticate: Bearer realm="http://x/\u001b[2J"`] },
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a content type',
    reply: { status: '200 x', headers: manifestWith('content-type', 'a/\u001b[2J') },
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a digest',
    reply: { status: '200 x', headers: manifestWith('docker-content-digest', `sha256:\u009b`) },
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'in a target',
    reply: { status: '307 x', headers: ['location: http://x/\u001b[2J'] },
    told: ['registry-unreachable: protocol'],
  },
  { it: 'of 1 MB in an error', reply: { status: '404 x', body: errorBody(long) }, told: ['image-not-found'] },
  {
    it: 'of 1 MB in place of one',
    reply: { status: '500 x', body: long },
    told: ['registry-unreachable: server-error'],
  },
  { it: 'of 1 MB of brackets', reply: { status: '404 x', body: '['.repeat(1024 * 1024) }, told: ['image-not-found'] },
];

/** A warning with a control character is dropped by the API server, and a terminal does as it is told. */
function assertPlain(texts: readonly string[]): void {
  for (const line of texts.flatMap((text) => text.split('\n')))
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]|\[2J|all is well/u);
}

async function assertAllPlain(pullgate: RunningPullgate): Promise<void> {
  assertPlain([...pullgate.log, (await pullgate.get('/metrics')).text]);
}

for (const { it, reply, told: expected } of cases) {
  test(`F73 what nobody can print ${it} is not printed`, async () => {
    await using registry = await listenOnLoopback(speaking(reply));
    await using pullgate = await startPullgate();
    const answer = await reviewImage(pullgate, `${registry.host}/team/app:v1`);
    assert.deepEqual([answer.status, told(answer)], [200, expected], answer.text);
    assert.ok(answer.ms < 1_000, `took ${Math.round(answer.ms)} ms`);
    assertPlain([wordsOf(answer), JSON.stringify(answer.response['auditAnnotations'])]);
    await assertAllPlain(pullgate);
    await assertHealthy(pullgate);
  });
}
