import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubeClusterPorts } from '../../src/compose/cluster-ports.ts';
import { apiServerDouble } from '../support/api-server-double.ts';
import { testConfig } from '../support/pullgate.ts';

const announcer = { apiVersion: 'example.com/v1', kind: 'RegistryLogin', resource: 'registrylogins' };

const cases = [
  { it: 'finds an object of a kind that the config adds', announcers: [announcer], announced: 'RegistryLogin' },
  { it: 'does not ask for a kind that the config does not name', announcers: [], announced: undefined },
];

describe('the ports to an API server', () => {
  for (const { it, announcers, announced } of cases) {
    test(it, async () => {
      const server = await apiServerDouble();
      try {
        server.objects.set('/apis/example.com/v1/namespaces/shop/registrylogins/pull', { metadata: { name: 'pull' } });
        const config = testConfig({ announcers, nodes: { enabled: false } });
        const { announcements } = kubeClusterPorts(kubeApi(server.connection, { pauseMs: 1 }), config);
        assert.equal(await announcements.announcedBy('shop', 'pull', AbortSignal.timeout(60_000)), announced);
      } finally {
        await server.close();
      }
    });
  }
});
