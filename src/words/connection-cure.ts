import type { NotAsked, Unreachable, UnreachableReason } from '../engine/answer.ts';
import type { Cure } from './cure.ts';
import { inline, shellWord } from './plain-text.ts';

/** What mends a registry that does not answer as one; most of it is on the nodes or at the registry. */
export function unreachableCure({ reason, evidence }: Unreachable): Cure {
  return unreachable[reason](inline(evidence.host, 80));
}

const unreachable: Readonly<Record<UnreachableReason, (host: string) => Cure>> = {
  'dns-not-found': (host) => ({ advice: `Correct the host in the image, or see that the nodes' DNS knows ${host}.` }),
  'dns-failed': fromNode("See whether the nodes' DNS server answers."),
  'connection-refused': fromNode(
    'See that the registry runs, that the port is right, and that no firewall is in between.',
  ),
  reset: fromNode('See what stands between the nodes and the registry (firewall, proxy, load balancer).'),
  timeout: fromNode('See that the nodes can reach it: firewall, routes, HTTPS_PROXY and NO_PROXY.'),
  'tls-untrusted': (host) => ({
    advice: `Give its CA to every node, and to Pullgate: ca = "/path/ca.crt" in /etc/containerd/certs.d/${host}/hosts.toml.`,
  }),
  'tls-expired': () => ({ advice: "Renew the registry's certificate; see also that the clocks are right." }),
  'tls-wrong-host': () => ({
    advice: 'Use the host name that the certificate is for, or have it issued for this one too.',
  }),
  'tls-failed': fromNode(
    'See which versions of TLS the registry speaks (1.2 at least), and whether the port is right.',
  ),
  'plain-http': (host) => ({
    advice: `Serve it over TLS, or tell every node: server = "http://${host}" in /etc/containerd/certs.d/${host}/hosts.toml.`,
  }),
  proxy: fromNode('See HTTPS_PROXY and NO_PROXY, and what the proxy asks for.'),
  'server-error': () => ({ advice: 'Nothing to mend in the workload: the registry is ailing; try again later.' }),
  'token-answer': () => ({ advice: 'This is for whoever runs the registry to mend: its token service is ailing.' }),
  protocol: fromNode('See that the host and port are those of a registry.'),
};

function fromNode(advice: string): (host: string) => Cure {
  return (host) => {
    const url = shellWord(`https://${host}/v2/`);
    return { advice: `${advice} Try it from a node:`, command: url && `curl -sSI ${url}` };
  };
}

/** What gets an image checked that was not. */
export function notAskedCure({ reason }: NotAsked): Cure {
  return { advice: notAsked[reason] };
}

const notAsked: Readonly<Record<NotAsked['reason'], string>> = {
  loopback: 'See on the nodes themselves that it holds the image: crictl pull IMAGE.',
  address: "Correct the host; where it is right, allow the registry in Pullgate's config.",
  realm: "Where that domain is the registry's own, name it in Pullgate's config.",
  'insecure-realm': 'Serve the log-in over HTTPS.',
  redirect: 'See where the registry redirects to, and name the final host in the image.',
  overload: 'Apply it again in a moment.',
  breaker: 'See why the registry fails, or apply it again later.',
  deadline: 'Apply it again in a moment; where the registry is always slow, raise timeoutSeconds.',
};
