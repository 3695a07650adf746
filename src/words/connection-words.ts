import type { NotAsked, Unreachable, UnreachableReason } from '../engine/answer.ts';
import type { Fix } from './by-kind.ts';
import { limitAdvice, limitSentence } from './limit-words.ts';
import { inline, shellWord } from './plain-text.ts';

/** Why the registry could not be reached, or gave no usable answer. */
export function unreachableSentence({ reason, evidence }: Unreachable): string {
  const host = inline(evidence.host, 80);
  return unreachable[reason].sentence(
    evidence.asked === 'token' ? `the token service of ${host}` : host,
    evidence.status === undefined ? '' : ` (${evidence.status})`,
  );
}

/** How to fix a registry that could not be reached. Most fixes are on the nodes or at the registry. */
export function unreachableFix({ reason, evidence }: Unreachable): Fix {
  return unreachable[reason].fix(inline(evidence.host, 80));
}

interface ConnectionWords {
  /** `status`: ` (502)`, or empty if there is no status. */
  readonly sentence: (host: string, status: string) => string;
  readonly fix: (host: string) => Fix;
}

const unreachable: Readonly<Record<UnreachableReason, ConnectionWords>> = {
  'dns-not-found': {
    sentence: (host) => `the name of ${host} does not resolve: no such host.`,
    fix: (host) => ({ advice: `Correct the host in the image, or check that the DNS of the nodes knows ${host}.` }),
  },
  'dns-failed': {
    sentence: (host) => `the name of ${host} could not be looked up: the DNS server did not answer.`,
    fix: fromNode('Check whether the DNS server of the nodes answers.'),
  },
  'connection-refused': {
    sentence: (host) => `${host} refuses connections: nothing listens there, or a firewall blocks it.`,
    fix: fromNode('Check that the registry runs, that the port is right, and that no firewall blocks it.'),
  },
  reset: {
    sentence: (host) => `${host} closed the connection before it answered.`,
    fix: fromNode('Check the firewall, proxy and load balancer between the nodes and the registry.'),
  },
  timeout: {
    sentence: (host) => `${host} did not answer in time.`,
    fix: fromNode('Check that the nodes can reach it: firewall, routes, HTTPS_PROXY and NO_PROXY.'),
  },
  'tls-untrusted': {
    sentence: (host) => `the certificate of ${host} is signed by an authority that Pullgate does not trust.`,
    fix: (host) => ({
      advice: `If the nodes trust it already, give Pullgate its CA (registries[].ca); if not, give it to every node: ca = "/path/ca.crt" in /etc/containerd/certs.d/${host}/hosts.toml.`,
    }),
  },
  'tls-expired': {
    sentence: (host) => `the certificate of ${host} has expired, or is not valid yet.`,
    fix: () => ({ advice: "Renew the registry's certificate, and check that the clocks are right." }),
  },
  'tls-wrong-host': {
    sentence: (host) => `the certificate of ${host} is for another host name.`,
    fix: () => ({ advice: 'Use the host name of the certificate, or issue a certificate for this name too.' }),
  },
  'tls-failed': {
    sentence: (host) => `the TLS connection to ${host} failed.`,
    fix: fromNode('Check that the registry supports TLS 1.2 or later, and that the port is right.'),
  },
  'plain-http': {
    sentence: (host) => `${host} speaks plain HTTP, but HTTPS was expected.`,
    fix: (host) => ({
      advice: `Serve it over TLS, or set on every node: server = "http://${host}" in /etc/containerd/certs.d/${host}/hosts.toml.`,
    }),
  },
  proxy: {
    sentence: (host) => `the proxy on the way to ${host} did not let the request through.`,
    fix: fromNode('Check HTTPS_PROXY and NO_PROXY, and whether the proxy requires a login.'),
  },
  'server-error': {
    sentence: (host, status) => `${host} answers with a server error${status}.`,
    fix: () => ({ advice: 'Nothing is wrong with the workload. The registry is failing: try again later.' }),
  },
  'token-answer': {
    sentence: (host, status) => `${host} gives no token that can be used${status}.`,
    fix: () => ({ advice: 'Ask the operator of the registry to fix its token service.' }),
  },
  'web-page': {
    sentence: (host, status) =>
      `${host} answered like a web server${status}, and not like a registry: an ingress, a proxy or a firewall may answer in its place.`,
    fix: fromNode('Check the host in the image, and whether the nodes reach the registry itself.'),
  },
  protocol: {
    sentence: (host, status) => `${host} does not answer like a registry${status}: another service may run there.`,
    fix: fromNode('Check that the host and port are those of a registry.'),
  },
  'unproven-host': {
    sentence: (host) => `no registry answered at ${host}; the log of Pullgate says why.`,
    fix: fromNode('Check that a registry runs there, and that the nodes and Pullgate reach it.'),
  },
};

function fromNode(advice: string): (host: string) => Fix {
  return (host) => {
    const url = shellWord(`https://${host}/v2/`);
    return { advice: `${advice} Try it from a node:`, command: url && `curl -sSI ${url}` };
  };
}

/**
 * Why Pullgate did not ask the registry. `registry` is the registry of the image. The message does not show the host
 * that was not asked, because the registry may have redirected to it.
 */
export function notAskedSentence({ reason, because, limit }: NotAsked, registry: string): string {
  if (limit !== undefined) return limitSentence(limit);
  const cause = because === undefined ? '' : ` The last time, ${unreachableSentence(because)}`;
  return `the image was not checked: ${notAsked[reason].sentence(inline(registry, 80))}${cause}`;
}

/** How to get an image checked that was not checked. */
export function notAskedFix({ reason, limit }: NotAsked): Fix {
  return { advice: limit === undefined ? notAsked[reason].advice : limitAdvice(limit) };
}

interface NotAskedWords {
  readonly sentence: (host: string) => string;
  readonly advice: string;
}

const notAsked: Readonly<Record<NotAsked['reason'], NotAskedWords>> = {
  loopback: {
    sentence: (host) => `${host} is a registry on each node, which Pullgate cannot reach.`,
    advice: 'Check on the nodes that the registry there has the image: crictl pull IMAGE.',
  },
  address: {
    sentence: (host) => `${host} leads to an address that Pullgate is not allowed to contact.`,
    advice: "Correct the host; if it is right, allow the registry in Pullgate's config.",
  },
  realm: {
    sentence: (host) => `${host} asks for a login on another domain, and Pullgate sends no password there.`,
    advice: "If that domain belongs to the registry, add it to realmHosts in Pullgate's config.",
  },
  'private-realm': {
    sentence: (host) => `${host} asks for a login at a private address, and Pullgate sends no request there.`,
    advice: "If that address belongs to the registry, add its host to realmHosts in Pullgate's config.",
  },
  'insecure-realm': {
    sentence: (host) => `${host} asks for a login over plain HTTP, and Pullgate sends no password there.`,
    advice: 'Serve the login over HTTPS.',
  },
  'redirect-login': {
    sentence: (host) =>
      `${host} redirects to another host, which asks for a login. Pullgate never sends a credential of ${host} there.`,
    advice: 'Use the final host in the image, and give the pull secret an entry for it.',
  },
  redirect: {
    sentence: (host) => `${host} redirects to an address that Pullgate does not follow.`,
    advice: 'Check where the registry redirects to, and use the final host in the image.',
  },
  overload: {
    sentence: (host) => `Pullgate is too busy to ask ${host}.`,
    advice: 'Apply it again in a moment.',
  },
  breaker: {
    sentence: (host) => `${host} has failed several times in a row, and Pullgate waits before it asks again.`,
    advice: 'Check why the registry fails, or apply it again later.',
  },
  'new-registries': {
    sentence: (host) => `this namespace named too many new registries within a minute, and ${host} is one of them.`,
    advice: 'Apply it again in a minute.',
  },
  deadline: {
    sentence: (host) => `${host} did not answer within the time limit of this check.`,
    advice: 'Apply it again in a moment; if the registry is always slow, raise timeoutSeconds.',
  },
  signature: {
    sentence: (host) =>
      `policy.json of the nodes asks for a signature on images of ${host}, which Pullgate does not verify.`,
    advice: 'Check the signature with the tool that made it, such as cosign verify.',
  },
  'node-files': {
    sentence: (host) => `the files of the nodes that Pullgate was given do not tell what they ask ${host}.`,
    advice: "Check the files in nodeFiles and certsDir of Pullgate's config: its log and /readyz name the problem.",
  },
  'short-name': {
    sentence: () => 'it has no host, and Pullgate does not know where the nodes look for such images.',
    advice: "Write the host in the image, or give Pullgate the nodes' /etc/containers (nodeFiles.containers).",
  },
  'node-login': {
    sentence: (host) => `the nodes may have a credential for a mirror of ${host}, which Pullgate cannot know.`,
    advice: "Give Pullgate the nodes' auth file (nodeFiles.containersAuth).",
  },
  'other-credential': {
    sentence: (host) => `it has no host: nodes send the credential for ${host} elsewhere, Pullgate does not.`,
    advice: 'Write the host in the image, and give the pull secret an entry for it.',
  },
  limit: {
    sentence: () => 'the object is too large to check.',
    advice: 'Split it into several objects.',
  },
  bug: {
    sentence: (host) => `Pullgate failed while it checked an image at ${host}, because of a bug in Pullgate.`,
    advice: 'Nothing is known to be wrong with the image. Report the error in the log of Pullgate to its maintainers.',
  },
};
