/** A minimal server for AdmissionReviews, to compare with: it parses the review and allows it. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';

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
process.send?.({ port: (server.address() as AddressInfo).port, ca: await caCertificate() });
process.on('disconnect', () => process.exit(0));
