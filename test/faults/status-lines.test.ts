import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listenOnLoopback } from '../support/loopback.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { digestOf } from '../support/scripted-registry/blobs.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';

test('F105 every status from 000 to 099 is a finding, and other images of the object keep theirs', async () => {
  let status = 0;
  const server = createServer((socket) =>
    socket.on('data', () => socket.end(`HTTP/1.1 ${String(status).padStart(3, '0')} Fine\r\n\r\n`)),
  );
  await using odd = await listenOnLoopback(server);
  await using script = await startScript(publicRegistry());
  await using pullgate = await startPullgate();
  const good = script.substitute('{{registry}}/team/app:v1');
  const missing = script.substitute('{{registry}}/team/app:v2');
  for (; status < 100; status += 1) {
    const answer = await pullgate.review(deployment([good, `${odd.host}/team/app:v${status}`, missing]));
    const kinds = kindsIn(answer).toSorted();
    assert.deepEqual(
      [answer.status, answer.allowed, kinds],
      [200, false, ['image-not-found', 'registry-unreachable: protocol']],
      `${status}: ${answer.text}`,
    );
  }
  await assertHealthy(pullgate);
});

test('F105 a media type with a line break in an index is a finding', async () => {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const entry = { mediaType: 'a\nb', digest: digestOf('x'), size: 1, platform: { os: 'linux', architecture: 'amd64' } };
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [entry] });
  const server = createHttpServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': mediaType, 'Docker-Content-Digest': digestOf(index) }).end(index);
  });
  await using registry = await listenOnLoopback(server);
  await using pullgate = await startPullgate({ platforms: ['linux/amd64'], deep: true });
  const answer = await pullgate.review(deployment([`${registry.host}/team/app:v1`]));
  assert.equal(answer.status, 200, answer.text);
  assert.notDeepEqual(kindsIn(answer), []);
  assert.doesNotMatch(pullgate.log.join(''), /request failed/);
  await assertHealthy(pullgate);
});
