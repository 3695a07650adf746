import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { kubeClusterPorts } from '../../src/compose/cluster-ports.ts';
import { composeNodeCredentials } from '../../src/compose/node-credentials.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { answer, apiVersion, image, never, pod, scriptPlugin } from '../credentials/plugin-script.ts';
import { apiServerDouble } from '../support/api-server-double.ts';
import { testConfig } from '../support/pullgate.ts';

describe('the credential provider plugins of the nodes', () => {
  test('are asked if half of the deadline is no whole number of milliseconds', async () => {
    const { binDir } = await scriptPlugin(answer());
    const provider = { name: 'plugin', apiVersion, matchImages: ['r.io'], defaultCacheDuration: '0s' };
    const file = { apiVersion: 'kubelet.config.k8s.io/v1', kind: 'CredentialProviderConfig', providers: [provider] };
    const path = join(binDir, 'providers.yaml');
    await writeFile(path, JSON.stringify(file));
    await using server = await apiServerDouble();
    const config = testConfig({
      deadline: '59.999s',
      nodeCredentials: { providers: { config: path, binDir }, matchImages: [] },
    });
    const ports = kubeClusterPorts(kubeApi(server.connection), config);
    const { nodeCredentials } = await composeNodeCredentials(config, ports);
    const { credentials, undecided } = await nodeCredentials.lookup(image, pod, never);
    assert.deepEqual([credentials.length, undecided], [1, []]);
  });
});
