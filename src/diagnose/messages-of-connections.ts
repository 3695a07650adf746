import type { MessagePattern } from './message-pattern.ts';

const net = 'Go net';
const tls = 'Go crypto/tls and crypto/x509';

/** The way to the registry. The texts are those of Go's standard library, so every runtime has the same ones. */
export const connectionMessages: readonly MessagePattern[] = [
  {
    cause: 'proxy',
    speaker: 'go',
    pattern: /proxyconnect tcp: |proxy: unknown scheme|407 Proxy Authentication Required|socks connect /,
    source: 'Go net/http transport.go',
  },
  {
    cause: 'dns-failed',
    speaker: 'go',
    pattern:
      /dial tcp: lookup [^ ]{1,260}(?: on [^ ]{1,80})?: (?:server misbehaving|i\/o timeout|read udp|dial udp|Temporary failure in name resolution|Try again|cannot unmarshal DNS)|lookup [^ ]{1,260} on [^ ]{1,80}: (?:read|dial|write) udp/,
    source: net,
  },
  { cause: 'unknown-host', speaker: 'go', pattern: /: no such host/, source: net },
  {
    cause: 'plain-http',
    speaker: 'go',
    pattern: /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/,
    source: 'Go net/http transport.go; recorded with containerd 2.4.2',
  },
  {
    cause: 'untrusted-certificate',
    speaker: 'go',
    pattern:
      /x509: (?:certificate signed by unknown authority|certificate is not trusted|"[^"]{0,300}" certificate is not trusted|certificate is not authorized|certificate relies on legacy)|x509: cannot verify signature|certificate is not standards compliant/,
    source: tls,
  },
  {
    cause: 'expired-certificate',
    speaker: 'go',
    pattern: /x509: certificate has expired or is not yet valid/,
    source: tls,
  },
  {
    cause: 'wrong-certificate-host',
    speaker: 'go',
    pattern:
      /x509: (?:certificate is valid for |cannot validate certificate for |certificate is not valid for any names)/,
    source: tls,
  },
  {
    cause: 'tls-failed',
    speaker: 'go',
    pattern:
      /remote error: tls: |tls: (?:handshake failure|protocol version|unsupported|no cipher suite|failed to verify certificate|server selected unsupported)/,
    source: tls,
  },
  {
    cause: 'timeout',
    speaker: 'go',
    pattern:
      /TLS handshake timeout|i\/o timeout|Client\.Timeout|context deadline exceeded|timeout awaiting response headers|connection timed out|operation timed out|DeadlineExceeded/,
    source: 'Go net, net/http and context',
  },
  { cause: 'connection-refused', speaker: 'go', pattern: /connection refused/, source: 'Go syscall ECONNREFUSED' },
  {
    cause: 'connection-reset',
    speaker: 'go',
    pattern:
      /connection reset by peer|broken pipe|server closed idle connection|http2: server sent GOAWAY|: EOF$|unexpected EOF$/,
    source: 'Go syscall ECONNRESET, io and net/http',
  },
  {
    cause: 'no-route',
    speaker: 'go',
    pattern: /no route to host|network is unreachable|host is down|cannot assign requested address/,
    source: 'Go syscall EHOSTUNREACH, ENETUNREACH',
  },
];
