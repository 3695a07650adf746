import type { UnreachableReason } from '../../engine/answer.ts';

/** Why an exchange came to nothing. `address`: the guard refused. `overload`: this process is out of something. */
export type Breakage = UnreachableReason | 'address' | 'overload';

/** The `code` of the error with which the address guard ends a connection before it begins. */
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
  // What OpenSSL says of a first record that is no TLS: in practice `HTTP/1.1 400`.
  ERR_SSL_WRONG_VERSION_NUMBER: 'plain-http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'plain-http',
  EPROTO: 'tls-failed',
};

/** Breakages of the way to a proxy, where a request goes by one. */
const ofTheProxy: ReadonlySet<Breakage> = new Set(['dns-not-found', 'dns-failed', 'connection-refused']);

/**
 * What kept a request from its answer. Names decide before codes: some errors carry a number as their `code`.
 * Undefined: no error of the network's, but a bug. `proxied`: the request went by a proxy.
 */
export function breakageOf(error: unknown, proxied: boolean): Breakage | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const breakage = byName[error.name] ?? (typeof code === 'string' ? byCodeOrFamily(code) : undefined);
  if (breakage !== undefined) return proxied && ofTheProxy.has(breakage) ? 'proxy' : breakage;
  // undici tells of a proxy that says no in errors that it uses for other things too.
  if (proxied && (code === 'UND_ERR_ABORTED' || code === 'UND_ERR_INVALID_ARG')) return 'proxy';
  return error instanceof AggregateError ? breakageOf(error.errors[0], proxied) : undefined;
}

function byCodeOrFamily(code: string): Breakage | undefined {
  if (Object.hasOwn(byCode, code)) return byCode[code];
  if (code.startsWith('HPE_')) return 'protocol';
  return /^ERR_(?:SSL|TLS)_/.test(code) ? 'tls-failed' : undefined;
}
