import type { NotAsked, Unreachable, UnreachableReason } from '../engine/answer.ts';
import { inline } from './plain-text.ts';

/** What kept a registry from answering as one, told apart to the last line: each has another cure. */
export function unreachableSentence({ reason, evidence }: Unreachable): string {
  const host = inline(evidence.host, 80);
  return unreachable[reason](evidence.asked === 'token' ? `the token service of ${host}` : host, evidence.status);
}

const unreachable: Readonly<Record<UnreachableReason, (host: string, status: number | undefined) => string>> = {
  'dns-not-found': (host) => `the name of ${host} does not resolve: no such host.`,
  'dns-failed': (host) => `the name of ${host} could not be looked up: the DNS server gave no answer.`,
  'connection-refused': (host) => `${host} refuses connections: nothing listens there, or a firewall says no.`,
  reset: (host) => `${host} broke the connection off before it answered.`,
  timeout: (host) => `${host} did not answer in time.`,
  'tls-untrusted': (host) => `the certificate of ${host} is signed by an authority that is not trusted here.`,
  'tls-expired': (host) => `the certificate of ${host} has expired, or is not valid yet.`,
  'tls-wrong-host': (host) => `the certificate of ${host} is for another host name.`,
  'tls-failed': (host) => `no TLS connection to ${host} could be made.`,
  'plain-http': (host) => `${host} speaks plain HTTP where HTTPS was expected.`,
  proxy: (host) => `the proxy on the way to ${host} did not let the request through.`,
  'server-error': (host, status) =>
    `${host} answers with an error of its own${status === undefined ? '' : ` (${status})`}.`,
  'token-answer': (host) => `${host} asks for a token, but its token service gives none that can be used.`,
  protocol: (host, status) =>
    `${host} answers${status === undefined ? '' : ` ${status},`} as no registry should: something else may live there.`,
};

/**
 * Why Pullgate did not ask. `registry` is the image's own: the host that was not asked may be one that the registry
 * pointed to, and is nobody's business.
 */
export function notAskedSentence({ reason, because }: NotAsked, registry: string): string {
  const host = inline(registry, 80);
  const cause = because === undefined ? '' : ` The last time, ${unreachableSentence(because)}`;
  return `${notAsked[reason](host)}${cause}`;
}

const notAsked: Readonly<Record<NotAsked['reason'], (host: string) => string>> = {
  loopback: (host) => `the image was not checked: ${host} is each node's own registry, which Pullgate cannot see.`,
  address: (host) => `the image was not checked: ${host} leads to an address that Pullgate may not contact.`,
  realm: (host) =>
    `the image was not checked: ${host} sends its log-in to another domain, and no password is sent there.`,
  'insecure-realm': (host) =>
    `the image was not checked: ${host} sends its log-in over plain HTTP, and no password is sent there.`,
  redirect: (host) => `the image was not checked: ${host} redirects to where Pullgate does not follow.`,
  overload: (host) => `the image was not checked: Pullgate has too much to do to ask ${host}.`,
  breaker: (host) => `the image was not checked: ${host} has failed again and again, and is left alone for a while.`,
  deadline: (host) => `the image was not checked: ${host} had not answered when the API server had to have its answer.`,
};
