import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Which clients may ask for a review. */
export interface ClientRule {
  /** PEM of the authorities whose client certificates count. */
  readonly ca: string;
  /** The common name that the certificate must have; absent: any. */
  readonly name?: string;
}

/**
 * Whether a request comes over a connection with the client certificate that `rule` asks for. Probes and Prometheus
 * have none, so the handshake lets everybody in, and only /validate asks.
 */
export function clientCheck(rule: ClientRule | undefined): (request: IncomingMessage) => boolean {
  if (rule === undefined) return () => true;
  // A handshake is for thousands of requests, and reading a certificate is slow.
  const known = new WeakMap<TLSSocket, boolean>();
  return ({ socket }) => {
    if (!(socket instanceof TLSSocket)) return false;
    const answer = known.get(socket) ?? satisfies(socket, rule);
    known.set(socket, answer);
    return answer;
  };
}

function satisfies(socket: TLSSocket, { name }: ClientRule): boolean {
  if (!socket.authorized) return false;
  return name === undefined || socket.getPeerCertificate().subject.CN === name;
}
