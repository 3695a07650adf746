import { constants } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { ClientRule } from './client-identity.ts';

/** The source of the server certificate: Pullgate issues it, a Secret has it, or files have it. */
export interface CertificateSource {
  /** Returns the current key and certificate chain (leaf first), in PEM. */
  current(): { readonly key: string; readonly cert: string };
  /** Calls `listener` after each change of `current`. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void;
}

export interface ServerOptions {
  readonly certificates: CertificateSource;
  readonly minVersion: '1.2' | '1.3';
  readonly client?: ClientRule;
  /**
   * How long idle connections stay open, in ms. Longer than the API server's 90 s, so that the API server closes them
   * first.
   */
  readonly keepAliveMs: number;
  /** Called if a new certificate cannot be used. The server keeps the old one. */
  readonly onCertificateProblem: (cause: unknown) => void;
  /** Time limit for receiving the headers, in ms. Default: 10 s. */
  readonly headersTimeoutMs?: number;
  /** Time limit for receiving the whole request, in ms. Default: 30 s. */
  readonly requestTimeoutMs?: number;
}

/** In ms. A connection must send the headers of its first request within `headersTimeout`. */
export const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
} as const;

/**
 * Returns the HTTPS server, not yet listening. New connections use the newest certificate; open connections continue.
 * Throws if the first certificate is invalid.
 */
export function createWebhookServer(options: ServerOptions, listener: RequestListener): Server {
  const {
    certificates,
    headersTimeoutMs = timeouts.headersTimeout,
    requestTimeoutMs = timeouts.requestTimeout,
  } = options;
  const server = createServer(
    {
      ...secureContext(options),
      requestCert: options.client !== undefined,
      rejectUnauthorized: false,
      // As long as the API server waits for the handshake (net/http.Transport of client-go).
      handshakeTimeout: 10_000,
      keepAliveTimeout: options.keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(timeouts.connectionsCheckingInterval, headersTimeoutMs),
    },
    listener,
  );
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
    // The API server does not resume TLS sessions. Session tickets would be useless, and their key never rotates.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...(client === undefined ? {} : { ca: client.ca }),
  };
}
