import type { NotAsked, Unreachable, UnreachableReason } from '../engine/answer.ts';
import type { Fix } from './by-kind.ts';
import { inline, shellWord } from './plain-text.ts';

/** What kept a registry from answering as one. */
export function unreachableSentence({ reason, evidence }: Unreachable): string {
  const host = inline(evidence.host, 80);
  return unreachable[reason].says(
    evidence.asked === 'token' ? `the token service of ${host}` : host,
    evidence.status === undefined ? '' : ` (${evidence.status})`,
  );
}

/** What fixes a registry that does not answer as one; most of it is on the nodes or at the registry. */
export function unreachableFix({ reason, evidence }: Unreachable): Fix {
  return unreachable[reason].fix(inline(evidence.host, 80));
}

interface ConnectionWords {
  /** `status`: ` (502)`, or nothing if there is none. */
  readonly says: (host: string, status: string) => string;
  readonly fix: (host: string) => Fix;
}

const unreachable: Readonly<Record<UnreachableReason, ConnectionWords>> = {
  'dns-not-found': {
    says: (host) => `the name of ${host} does not resolve: no such host.`,
    fix: (host) => ({ advice: `Correct the host in the image, or check that the DNS of the nodes knows ${host}.` }),
  },
  'dns-failed': {
    says: (host) => `the name of ${host} could not be looked up: the DNS server did not answer.`,
    fix: fromNode('Check whether the DNS server of the nodes answers.'),
  },
  'connection-refused': {
    says: (host) => `${host} refuses connections: nothing listens there, or a firewall blocks it.`,
    fix: fromNode('Check that the registry runs, that the port is right, and that no firewall is in between.'),
  },
  reset: {
    says: (host) => `${host} closed the connection before it answered.`,
    fix: fromNode('Check what is between the nodes and the registry (firewall, proxy, load balancer).'),
  },
  timeout: {
    says: (host) => `${host} did not answer in time.`,
    fix: fromNode('Check that the nodes can reach it: firewall, routes, HTTPS_PROXY and NO_PROXY.'),
  },
  'tls-untrusted': {
    says: (host) => `the certificate of ${host} is signed by an authority that Pullgate does not trust.`,
    fix: (host) => ({
      advice: `If the nodes trust it already, give Pullgate its CA (registries[].ca); if not, give it to every node: ca = "/path/ca.crt" in /etc/containerd/certs.d/${host}/hosts.toml.`,
    }),
  },
  'tls-expired': {
    says: (host) => `the certificate of ${host} has expired, or is not valid yet.`,
    fix: () => ({ advice: "Renew the registry's certificate; check also that the clocks are right." }),
  },
  'tls-wrong-host': {
    says: (host) => `the certificate of ${host} is for another host name.`,
    fix: () => ({ advice: 'Use the host name of the certificate, or issue a certificate for this name too.' }),
  },
  'tls-failed': {
    says: (host) => `no TLS connection to ${host} could be made.`,
    fix: fromNode('Check which versions of TLS the registry speaks (1.2 at least), and whether the port is right.'),
  },
  'plain-http': {
    says: (host) => `${host} speaks plain HTTP, but HTTPS was expected.`,
    fix: (host) => ({
      advice: `Serve it over TLS, or tell every node: server = "http://${host}" in /etc/containerd/certs.d/${host}/hosts.toml.`,
    }),
  },
  proxy: {
    says: (host) => `the proxy on the way to ${host} did not let the request through.`,
    fix: fromNode('Check HTTPS_PROXY and NO_PROXY, and what the proxy requires.'),
  },
  'server-error': {
    says: (host, status) => `${host} answers with a server error${status}.`,
    fix: () => ({ advice: 'Nothing is wrong with the workload: the registry is failing; try again later.' }),
  },
  'token-answer': {
    says: (host) => `${host} asks for a token, but the answer of its token service cannot be used.`,
    fix: () => ({ advice: 'Ask whoever runs the registry to fix its token service.' }),
  },
  protocol: {
    says: (host, status) => `${host} does not answer like a registry${status}: something else may run there.`,
    fix: fromNode('Check that the host and port are those of a registry.'),
  },
};

function fromNode(advice: string): (host: string) => Fix {
  return (host) => {
    const url = shellWord(`https://${host}/v2/`);
    return { advice: `${advice} Try it from a node:`, command: url && `curl -sSI ${url}` };
  };
}

/**
 * Why Pullgate did not ask. `registry` is the image's own: the host that was not asked may be one that the registry
 * pointed to, and is not shown.
 */
export function notAskedSentence({ reason, because }: NotAsked, registry: string): string {
  const cause = because === undefined ? '' : ` The last time, ${unreachableSentence(because)}`;
  return `the image was not checked: ${notAsked[reason].says(inline(registry, 80))}${cause}`;
}

/** What gets an image checked that was not. */
export function notAskedFix({ reason }: NotAsked): Fix {
  return { advice: notAsked[reason].advice };
}

interface NotAskedWords {
  readonly says: (host: string) => string;
  readonly advice: string;
}

const notAsked: Readonly<Record<NotAsked['reason'], NotAskedWords>> = {
  loopback: {
    says: (host) => `${host} is a registry on each node, which Pullgate cannot see.`,
    advice: 'Check on the nodes that the registry there has the image: crictl pull IMAGE.',
  },
  address: {
    says: (host) => `${host} leads to an address that Pullgate may not contact.`,
    advice: "Correct the host; if it is right, allow the registry in Pullgate's config.",
  },
  realm: {
    says: (host) => `${host} sends its log-in to another domain, and no password is sent there.`,
    advice: "If that domain belongs to the registry, add it to realmHosts in Pullgate's config.",
  },
  'insecure-realm': {
    says: (host) => `${host} sends its log-in over plain HTTP, and no password is sent there.`,
    advice: 'Serve the log-in over HTTPS.',
  },
  redirect: {
    says: (host) => `${host} redirects to where Pullgate does not follow.`,
    advice: 'Check where the registry redirects to, and name the final host in the image.',
  },
  overload: {
    says: (host) => `Pullgate is too busy to ask ${host}.`,
    advice: 'Apply it again in a moment.',
  },
  breaker: {
    says: (host) => `${host} has failed several times in a row, and Pullgate waits before it asks again.`,
    advice: 'Check why the registry fails, or apply it again later.',
  },
  deadline: {
    says: (host) => `${host} had not answered when the time for this check ended.`,
    advice: 'Apply it again in a moment; if the registry is always slow, raise timeoutSeconds.',
  },
};
