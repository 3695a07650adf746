import { constants } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { ClientRule } from './client-identity.ts';

/** Where the server's certificate comes from: issued and shared by Pullgate itself, a Secret, or files. */
export interface CertificateSource {
  /** The pair to serve with now, in PEM: the key, and the chain from the leaf up. */
  current(): { readonly key: string; readonly cert: string };
  /** Calls `listener` whenever `current` has changed; the answer ends that. */
  onChange(listener: () => void): () => void;
}

export interface ServerOptions {
  readonly certificates: CertificateSource;
  readonly minVersion: '1.2' | '1.3';
  readonly client?: ClientRule;
  /** How long idle connections are kept, in ms: longer than the 90 s of the API server, which must be the one to close. */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  /** A certificate that came and cannot be used: the one before it stays. */
  readonly onCertificateProblem: (cause: unknown) => void;
  /** For headers, and for the whole request, in ms. */
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** The HTTPS server, not listening yet. New certificates are taken up for new connections; those that are open go on. */
export function createWebhookServer(options: ServerOptions, listener: RequestListener): Server {
  const { certificates, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const server = createServer(
    {
      ...secureContext(options),
      requestCert: options.client !== undefined,
      rejectUnauthorized: false,
      handshakeTimeout: 10_000,
      keepAliveTimeout: options.keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
    },
    listener,
  );
  server.maxConnections = options.maxConnections;
  const unsubscribe = certificates.onChange(() => {
    try {
      server.setSecureContext(secureContext(options));
    } catch (cause) {
      options.onCertificateProblem(cause);
    }
  });
  server.on('close', unsubscribe);
  return server;
}

function secureContext({ certificates, minVersion, client }: ServerOptions): SecureContextOptions {
  return {
    ...certificates.current(),
    minVersion: `TLSv${minVersion}`,
    // The API server resumes no sessions: tickets would be made for nothing, and by a key that never rotates.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...(client === undefined ? {} : { ca: client.ca }),
  };
}
