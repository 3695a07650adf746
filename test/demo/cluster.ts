import type { ApiServerDouble } from '../support/api-server-double.ts';
import { dockerConfigJson } from '../support/registries.ts';

/** Adds the objects that the demo's workloads need to the API server double: secrets, ServiceAccounts and a node. */
export function addObjects(api: ApiServerDouble): void {
  const put = (namespace: string, name: string, text: string, type = pullSecretType) =>
    api.put(namespace, 'secrets', {
      metadata: { name },
      type,
      data: { '.dockerconfigjson': Buffer.from(text).toString('base64') },
    });
  put('shop', 'private-registry', dockerConfigJson('private.example.com'));
  put('shop', 'old-password', dockerConfigJson('private.example.com', { username: 'alice', password: 'last-year' }));
  put('shop', 'other-registry', dockerConfigJson('registry.example.org'));
  put('shop', 'truncated', dockerConfigJson('private.example.com').slice(0, 40));
  put('shop', 'opaque', dockerConfigJson('private.example.com'), 'Opaque');
  put('shop', 'tokens-registry', dockerConfigJson('tokens.example.com'));
  put('billing', 'billing-registry', dockerConfigJson('private.example.com'));
  for (const namespace of ['shop', 'sandbox']) {
    api.put(namespace, 'serviceaccounts', { metadata: { name: 'default' } });
  }
  api.put('shop', 'serviceaccounts', {
    metadata: { name: 'worker' },
    imagePullSecrets: [{ name: 'tokens-registry' }],
  });
  api.objects.set('/api/v1/nodes/worker-1', node());
}

const pullSecretType = 'kubernetes.io/dockerconfigjson';

function node() {
  return {
    metadata: { name: 'worker-1', labels: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux' } },
    status: {
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }],
      images: [{ names: ['registry.k8s.io/pause:3.10'] }],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        containerRuntimeVersion: 'containerd://2.1.4',
        kubeletVersion: 'v1.36.3',
      },
    },
  };
}
