import { cachedCluster } from '../../src/cluster/cached-cluster.ts';
import { manifestCluster } from '../../src/cluster/manifests.ts';
import { nodeFacts, sharedTexts } from '../../src/cluster/node-facts.ts';
import type { ClusterPorts } from '../../src/compose/cluster-ports.ts';
import type { ServiceAccountTokens } from '../../src/engine/ports.ts';
import { Redacted } from '../../src/lib/redacted.ts';
import type { ResolveHost } from '../../src/registry/network/dns.ts';
import { statusImages } from './node-images.ts';
import { nodeKinds, type ApiObject, type Scenario } from './scenario.ts';

/** The cluster ports of a scenario: the stored objects and one node. */
export function worldOf(scenario: Scenario, stored: readonly ApiObject[], namespace: string): ClusterPorts {
  const node = nodeFacts(apiNode(scenario), Date.now(), sharedTexts());
  return {
    cluster: cachedCluster(manifestCluster(stored, namespace), { ttlMs: 0 }),
    nodes: { nodes: () => Promise.resolve({ nodes: [node], ageMs: 0 }) },
    namespaces: { labels: () => Promise.resolve({ kind: 'missing' }) },
    announcements: { announcedBy: () => Promise.resolve(undefined) },
    tokens: { token: (namespace, account, audience) => Promise.resolve(issued(namespace, account, audience)) },
  };
}

/** A token with the claims of a token from the API server, but without a signature. */
function issued(
  namespace: string,
  account: string,
  audience: string,
): Awaited<ReturnType<ServiceAccountTokens['token']>> {
  const claims = { aud: [audience], sub: `system:serviceaccount:${namespace}:${account}` };
  const parts = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return { kind: 'found', value: { token: new Redacted(`${parts.join('.')}.`), expiresAt: Date.now() + 3_600_000 } };
}

/** Resolves only `localhost`. The host names of the scenarios do not exist. */
export const resolveHost: ResolveHost = (hostname) =>
  hostname === 'localhost'
    ? Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    : Promise.reject(Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' }));

/** The node object in the API server. */
function apiNode({ node, registry }: Scenario): object {
  const { kind = 'containerd', ...versions } = node;
  const { runtimeVersion, kubeletVersion } = { ...nodeKinds[kind], ...versions };
  const present = (node.presentImages ?? []).map(({ image }) => image);
  return {
    metadata: { name: 'node1', labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } },
    status: {
      nodeInfo: {
        operatingSystem: 'linux',
        architecture: 'amd64',
        containerRuntimeVersion: runtimeVersion,
        kubeletVersion,
      },
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }],
      images: statusImages(present, registry),
    },
  };
}
