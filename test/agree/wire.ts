import { manifestCluster } from '../../src/cluster/manifests.ts';
import { nodeFacts } from '../../src/cluster/node-facts.ts';
import type { Ports } from '../../src/engine/ports.ts';
import { hostsDirectory } from '../../src/registry/hosts-directory.ts';
import { createHttpRegistry } from '../../src/registry/http-registry.ts';
import { statusImages } from './node-images.ts';
import type { ApiObject, Scenario } from './scenario.ts';
import type { NodeFiles } from './stage.ts';

export interface Wired {
  readonly ports: Ports;
  close(): Promise<void>;
}

/** The parts that the webhook is made of, over what a scenario puts on stage. */
export function wire(scenario: Scenario, stored: readonly ApiObject[], namespace: string, files: NodeFiles): Wired {
  const directory = hostsDirectory(files.hosts);
  const client = createHttpRegistry({
    userAgent: 'pullgate/agree',
    allowLoopback: true,
    hosts: async (host) => {
      const answer = await directory.hostsFor(host);
      return answer.kind === 'hosts' ? answer.hosts : [];
    },
    resolveHost,
  });
  const node = nodeFacts(apiNode(scenario), Date.now(), (text) => text);
  return {
    ports: {
      registry: client.registry,
      tags: client.tags,
      cluster: manifestCluster(stored, namespace),
      nodes: { nodes: () => Promise.resolve([node]) },
      nodeCredentials: { lookup: () => Promise.resolve({ credentials: [], undecided: [] }) },
      announcements: { announcedBy: () => Promise.resolve(undefined) },
    },
    close: () => client.close(),
  };
}

/** The names of the scenarios resolve nowhere, on any machine; their registries are addresses. */
function resolveHost(hostname: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' }));
}

/** The node as the API server would show it. */
function apiNode({ node, registry }: Scenario): object {
  return {
    metadata: { name: 'node1', labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } },
    status: {
      nodeInfo: {
        operatingSystem: 'linux',
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.4.2',
        kubeletVersion: 'v1.36.3',
      },
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }],
      images: statusImages(
        (node.presentImages ?? []).map(({ image }) => image),
        registry,
      ),
    },
  };
}
