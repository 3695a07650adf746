import type { UnreachableReason } from '../../engine/answer.ts';

/**
 * Why a request got no response. `address`: the address guard refused the connection. `overload`: this process ran out
 * of file descriptors.
 */
export type Breakage = UnreachableReason | 'address' | 'overload';

/** The `code` of the error by which the address guard refuses a connection. */
export const refusedAddress = 'PULLGATE_ADDRESS_REFUSED';

const byName: Readonly<Record<string, Breakage>> = {
  TimeoutError: 'timeout',
  ConnectTimeoutError: 'timeout',
  HeadersTimeoutError: 'timeout',
  BodyTimeoutError: 'timeout',
  HTTPParserError: 'protocol',
  HeadersOverflowError: 'protocol',
  ResponseContentLengthMismatchError: 'protocol',
  SecureProxyConnectionError: 'proxy',
  ProxyConnectionError: 'proxy',
};

const byCode: Readonly<Record<string, Breakage>> = {
  [refusedAddress]: 'address',
  // undici asserts what it expects of a peer, such as a status of 100 or more.
  ERR_ASSERTION: 'protocol',
  EMFILE: 'overload',
  ENFILE: 'overload',
  ENOTFOUND: 'dns-not-found',
  ENODATA: 'dns-not-found',
  EBADNAME: 'dns-not-found',
  EAI_AGAIN: 'dns-failed',
  EAI_FAIL: 'dns-failed',
  EBADRESP: 'dns-failed',
  ECANCELLED: 'dns-failed',
  EFORMERR: 'dns-failed',
  ENOTIMP: 'dns-failed',
  EREFUSED: 'dns-failed',
  ESERVFAIL: 'dns-failed',
  ETIMEOUT: 'dns-failed',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'connection-refused',
  ENETUNREACH: 'connection-refused',
  EADDRNOTAVAIL: 'connection-refused',
  ECONNABORTED: 'reset',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host',
  HOSTNAME_MISMATCH: 'tls-wrong-host',
  CERT_CHAIN_TOO_LONG: 'tls-untrusted',
  CERT_REJECTED: 'tls-untrusted',
  CERT_REVOKED: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  INVALID_PURPOSE: 'tls-untrusted',
  PATH_LENGTH_EXCEEDED: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  // The errors of OpenSSL if the first record is not TLS; in practice it is `HTTP/1.1 400`.
  ERR_SSL_WRONG_VERSION_NUMBER: 'plain-http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'plain-http',
  EPROTO: 'tls-failed',
};

/** Breakages that concern the proxy if the request goes through one. */
const proxyBreakages: ReadonlySet<Breakage> = new Set(['dns-not-found', 'dns-failed', 'connection-refused']);

/**
 * Returns why a request failed. `proxied`: the request went through a proxy. Names count before codes, because some
 * errors have a number as their `code`. Undefined if the error did not come from the network (that is, a bug).
 */
export function breakageOf(error: unknown, proxied: boolean): Breakage | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  // undici reports a refusal by the proxy with these two codes, which it also uses for other errors.
  if (proxied && (code === 'UND_ERR_ABORTED' || code === 'UND_ERR_INVALID_ARG')) return 'proxy';
  const breakage = byName[error.name] ?? (typeof code === 'string' ? byCodeOrFamily(code) : undefined);
  if (breakage !== undefined) return proxied && proxyBreakages.has(breakage) ? 'proxy' : breakage;
  return error instanceof AggregateError ? breakageOf(error.errors[0], proxied) : undefined;
}

function byCodeOrFamily(code: string): Breakage | undefined {
  if (Object.hasOwn(byCode, code)) return byCode[code];
  // Every other code of undici is about a response, or a request that HTTP cannot express: a header with a line break.
  if (code.startsWith('HPE_') || code.startsWith('UND_ERR_')) return 'protocol';
  return /^ERR_(?:SSL|TLS)_/.test(code) ? 'tls-failed' : undefined;
}
