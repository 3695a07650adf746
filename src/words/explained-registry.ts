import { pullByHand, createPullSecret, curl, type Explanation } from './explanation.ts';

/** Findings about the way to the registry. */
export const registryExplanations = {
  'registry-unknown-host': {
    meaning:
      "The name of the registry's host does not resolve: a slip in the reference, or a name that only the nodes' DNS knows.",
    seenAs: ['`dial tcp: lookup HOST: no such host`'],
    find: ['On a node (pods use another DNS): `getent hosts HOST`.'],
    fix: [
      'Correct the host; without one, the image is looked for at Docker Hub.',
      'Or add the name to the DNS of the nodes.',
    ],
  },
  'registry-untrusted': {
    meaning:
      "The registry's certificate is not trusted, has expired, or is for another host. Nodes may have a CA that Pullgate lacks.",
    seenAs: [
      '`x509: certificate signed by unknown authority`',
      '`x509: certificate has expired`',
      '`x509: certificate is valid for …, not …`',
    ],
    find: [
      'On a node: `openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -issuer -dates -ext subjectAltName`',
    ],
    fix: [
      'On every node: `ca = "/path/ca.crt"` in `/etc/containerd/certs.d/HOST/hosts.toml`; give Pullgate the same file.',
      'Renew the certificate, or have it issued for this host.',
    ],
  },
  'registry-unreachable': {
    meaning:
      'The registry could not be reached, or did not answer as one: the connection was refused, reset or timed out, the server failed (5xx), it speaks plain HTTP, or something else lives there. It may be well again by the time that a node asks.',
    seenAs: [
      '`connection refused`',
      '`i/o timeout`',
      '`context deadline exceeded`',
      '`http: server gave HTTP response to HTTPS client`',
      '`500 Internal Server Error`',
    ],
    find: [curl, 'See HTTPS_PROXY and NO_PROXY of containerd: `systemctl show containerd -p Environment`.'],
    fix: [
      'Open the way from the nodes (and from Pullgate) to the registry: firewall, routes, proxy.',
      'For plain HTTP: `server = "http://HOST"` in `/etc/containerd/certs.d/HOST/hosts.toml` on every node.',
    ],
  },
  'rate-limited': {
    meaning:
      'The registry answered 429: the quota of this account or address is used up. Docker Hub allows 100 pulls in 6 hours for an address without an account, 200 for a free account. Nodes mostly share an address.',
    seenAs: ['`toomanyrequests: You have reached your pull rate limit`', '`429 Too Many Requests`'],
    find: [
      'What is left: the headers `ratelimit-limit` and `ratelimit-remaining` of a HEAD on a manifest, which costs nothing there.',
    ],
    fix: [
      createPullSecret,
      'Pull through a cache or a mirror (`hosts.toml`).',
      '`imagePullPolicy: IfNotPresent` spares pulls.',
    ],
  },
  'not-checked': {
    meaning:
      "Pullgate did not ask, or did not wait for the answer: the deadline of the API server, load, a registry that has just failed again and again, an address that it may not contact, a log-in on another domain, or a registry that is the node's own. Nothing is known of the image.",
    seenAs: ['Nothing, where the image is well.'],
    find: [pullByHand, "Pullgate's log and metrics name the reason."],
    fix: [
      'Apply the object again in a moment.',
      'Allow the registry, its addresses or its log-in domain in the config where they are right.',
      'Raise `timeoutSeconds` of the webhook where the registry is always slow.',
    ],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
