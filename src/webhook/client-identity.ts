import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** The client certificate that a request for a review must have. */
export interface ClientRule {
  /** The certificate authorities for client certificates, in PEM. */
  readonly ca: string;
  /** The common name that the certificate must have. Undefined: any name. */
  readonly name?: string;
}

/**
 * Returns a function that tells whether the connection of a request has the client certificate that `rule` requires.
 * Always true if `rule` is undefined. The TLS handshake accepts clients without a certificate, because probes and
 * Prometheus have none; only requests for reviews call this check.
 */
export function clientCheck(rule: ClientRule | undefined): (request: IncomingMessage) => boolean {
  if (rule === undefined) return () => true;
  // One connection carries thousands of requests, and reading its certificate is slow.
  const results = new WeakMap<TLSSocket, boolean>();
  return ({ socket }) => {
    if (!(socket instanceof TLSSocket)) return false;
    const result = results.get(socket) ?? satisfies(socket, rule);
    results.set(socket, result);
    return result;
  };
}

function satisfies(socket: TLSSocket, { name }: ClientRule): boolean {
  if (!socket.authorized) return false;
  return name === undefined || socket.getPeerCertificate().subject.CN === name;
}
