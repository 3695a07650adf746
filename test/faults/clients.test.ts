import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { caCertificate } from '../support/certificates.ts';
import { deployment } from '../support/pods.ts';
import { exchange, reviewText } from '../support/admission-client.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { until } from './support/until.ts';
import { stretched } from '../support/stretched.ts';

const path = '/validate?timeout=10s';
/** The timeout of an API server, in ms. */
const limitMs = 10_000;

/** Opens a TLS connection and sends a review with only the first `bytes` of its body. */
async function sendPart(port: number, body: string, bytes: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: await caCertificate() });
  const headers = `Host: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.write(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n${body.slice(0, bytes)}`);
  await once(socket, 'secureConnect');
  return socket;
}

test('F6 a client that disconnects in the middle of its body does no harm', async () => {
  await using pullgate = await startPullgate();
  const body = reviewText(deployment(['a:1']));
  const socket = await sendPart(pullgate.webhook.port, body, body.length / 2);
  socket.end();
  await until('the metrics count it', async () =>
    (await pullgate.get('/metrics')).text.includes('pullgate_requests_rejected_total{status="400"} 1\n'),
  );
  socket.destroy();
  await assertHealthy(pullgate);
});

test('F6 a review ends if its client disconnects', async () => {
  await using script = await startScript(publicRegistry({ rules: [{ do: { hang: true } }] }));
  await using pullgate = await startPullgate();
  const inFlight = async (count: number) =>
    (await pullgate.get('/metrics')).text.includes(`pullgate_reviews_in_flight ${count}\n`);
  const body = reviewText(deployment([script.substitute('{{registry}}/team/app:v1')]));
  const socket = await sendPart(pullgate.webhook.port, body, body.length);
  await until('the review is running', () => inFlight(1));
  socket.destroy();
  await until('the review has ended', () => inFlight(0), 1_000);
  await assertHealthy(pullgate);
});

test('F23 1,000 new TLS connections at once all get an answer', async () => {
  await using pullgate = await startPullgate();
  const agent = new Agent({ keepAlive: false, ca: await caCertificate() });
  const body = reviewText(deployment(['Bad Name']));
  // The server gives a handshake 10 s, so a busy machine can only do its share of them.
  const count = Math.ceil((1_000 * limitMs) / stretched(limitMs));
  const startedAt = performance.now();
  const answers = await Promise.all(
    Array.from({ length: count }, () => exchange(agent, pullgate.webhook.port, path, body)),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.ok(performance.now() - startedAt < stretched(limitMs), 'within the timeout of an API server');
  agent.destroy();
  await assertHealthy(pullgate);
});

test('F25 two API servers that send the same object at once get the same answer, with one request to the registry', async () => {
  await using script = await startScript(publicRegistry());
  await using pullgate = await startPullgate();
  const ca = await caCertificate();
  const servers = [new Agent({ ca }), new Agent({ ca })];
  const host = script.substitute('{{registry}}');
  for (const [tag, verdict] of [
    ['v1', true],
    ['v9', false],
  ] as const) {
    script.log.length = 0;
    const body = reviewText(deployment([`${host}/team/app:${tag}`]));
    const answers = await Promise.all(servers.map((agent) => exchange(agent, pullgate.webhook.port, path, body)));
    assert.deepEqual(
      answers.map(({ allowed }) => allowed),
      [verdict, verdict],
    );
    assert.equal(answers[0]?.text, answers[1]?.text);
    // A review that joined a request and got a failure sends one more: the image may have been pushed since.
    const heads = script.log.filter(({ method }) => method === 'HEAD').length;
    assert.ok(heads === 1 || (!verdict && heads <= 2), `${heads} HEADs for ${tag}`);
  }
  for (const agent of servers) agent.destroy();
  await assertHealthy(pullgate);
});
