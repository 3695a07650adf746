/** The process to measure: `echo` is a minimal server for AdmissionReviews, `pullgate` is the whole webhook. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';
import { startPullgate } from '../support/pullgate.ts';

async function startEcho(): Promise<number> {
  const server = createServer({ ...(await tlsIdentity('trusted')), keepAliveTimeout: 120_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const review = JSON.parse(Buffer.concat(chunks).toString()) as { apiVersion: string; request: { uid: string } };
      const answer = { uid: review.request.uid, allowed: true };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: 'AdmissionReview', response: answer }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const kind = process.argv[2];
const port = kind === 'echo' ? await startEcho() : (await startPullgate({ log: { level: 'info' } })).webhook.port;
process.send?.({ port, ca: await caCertificate() });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, rssMiB: process.memoryUsage.rss() / 2 ** 20 });
});
process.on('disconnect', () => process.exit(0));
