import { createPullSecret, curl, pullOnNode, type Explanation } from './explanation.ts';

/** Findings about the connection to the registry. */
export const registryExplanations = {
  'registry-unknown-host': {
    meaning:
      'The host name of the registry does not resolve: the reference has a typo, or only the DNS of the nodes knows the name.',
    seenAs: ['`dial tcp: lookup HOST: no such host`'],
    find: ['Look up the name on a node (pods use another DNS): `getent hosts HOST`.'],
    fix: [
      'Correct the host. An image without a host is pulled from Docker Hub.',
      'Or add the name to the DNS of the nodes.',
    ],
  },
  'registry-untrusted': {
    meaning:
      "The registry's certificate is signed by an unknown authority, has expired, or is for another host. Nodes may have a CA that Pullgate does not have.",
    seenAs: [
      '`x509: certificate signed by unknown authority`',
      '`x509: certificate has expired`',
      '`x509: certificate is valid for …, not …`',
    ],
    find: [
      'Show the certificate, on a node: `openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -issuer -dates -ext subjectAltName`',
    ],
    fix: [
      'If the nodes trust the certificate already, give Pullgate its CA: `registries[].ca` in its config.',
      'If they do not, give the CA to every node: `ca = "/path/ca.crt"` in `/etc/containerd/certs.d/HOST/hosts.toml`. Give Pullgate the same file.',
      'Or renew the certificate, or have it issued for this host.',
    ],
  },
  'registry-unreachable': {
    meaning:
      'Pullgate could not reach the registry, or got no usable answer: the connection was refused, reset or timed out, the server failed (5xx), it speaks plain HTTP, or something else answers in its place: an ingress, a proxy, a firewall or a maintenance page. The registry may work again when a node pulls the image.',
    seenAs: [
      '`connection refused`',
      '`i/o timeout`',
      '`context deadline exceeded`',
      '`http: server gave HTTP response to HTTPS client`',
      '`500 Internal Server Error`',
    ],
    find: [
      curl,
      'For a private address, Pullgate does not tell a pod creator the cause. Its log has it: `no registry answered at a private address`.',
      'Check HTTPS_PROXY and NO_PROXY of containerd: `systemctl show containerd -p Environment`.',
    ],
    fix: [
      'Check that the nodes and Pullgate can reach the registry: firewall, routes, proxy.',
      'For plain HTTP: set `server = "http://HOST"` in `/etc/containerd/certs.d/HOST/hosts.toml` on every node.',
    ],
  },
  'registry-blocked': {
    meaning:
      'The configuration of the nodes forbids the registry: `blocked = true` in registries.conf, or `reject` in policy.json. On OpenShift, `registrySources` of the cluster image configuration writes both. No registry is asked.',
    seenAs: [
      '`registry HOST is blocked in /etc/containers/registries.conf`',
      '`Running image … is rejected by policy`',
    ],
    find: [
      'On OpenShift: `kubectl get image.config.openshift.io cluster -o yaml`.',
      'On a node with CRI-O: read `/etc/containers/registries.conf`, its folder `registries.conf.d`, and `/etc/containers/policy.json`.',
    ],
    fix: ['Copy the image to a registry that the nodes allow, and use it from there.', 'Or allow the registry.'],
  },
  'rate-limited': {
    meaning:
      'The registry answered 429, or reports that no pull is left: the rate limit of this account or IP address is reached. Docker Hub allows 100 pulls in 6 hours for an IP address without an account, and 200 for a free account. Nodes often share one IP address.',
    seenAs: ['`toomanyrequests: You have reached your pull rate limit`', '`429 Too Many Requests`'],
    find: [
      'Check how many pulls are left: the answer to a HEAD request for a manifest has the headers `ratelimit-limit` and `ratelimit-remaining`. At Docker Hub, such a request does not count as a pull.',
    ],
    fix: [
      createPullSecret,
      'Pull through a cache or a mirror (`hosts.toml`).',
      'Set `imagePullPolicy: IfNotPresent`, so that nodes pull less often.',
    ],
  },
  'not-checked': {
    meaning:
      'Pullgate did not ask the registry, or got no answer in time, so it knows nothing about the image. Possible reasons: the time limit of the API server, too much load, a registry that failed several times in a row, an address that Pullgate is not allowed to contact, a login on another domain or at a private address, too many new registries within a minute, a registry that runs on the node itself, an object that is too large to check it all, or a bug.',
    seenAs: ['Nothing if the image can be pulled.'],
    find: [pullOnNode, "Check Pullgate's log and metrics: they name the reason."],
    fix: [
      'Apply the object again in a moment.',
      "If the registry, its addresses or its login domain are right, allow them in Pullgate's config.",
      'If the object is too large, the message says which limit it reaches and how to stay below it.',
      'If the registry is always slow, raise `timeoutSeconds` of the webhook.',
    ],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
