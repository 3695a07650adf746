import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startDaemon } from '../support/control-plane/daemon.ts';
import { kubeconfig } from '../support/control-plane/kubeconfig.ts';
import { untilMissingTagIs } from './pullgate.ts';
import { registries, type Stage } from './site.ts';

/** Tests the webhook as a process on the machine of the API server, with only the token of its ServiceAccount. */
export function development(stage: () => Stage): void {
  describe('the overlay development', () => {
    test('a process on the machine of the API server reviews workloads', async () => {
      const { cluster, manifests } = stage();
      const { state } = cluster.kit;
      await cluster.must('apply', '-k', join(manifests.folder, 'overlays/development'));
      const token = (await cluster.must('create', 'token', 'pullgate', '-n', 'pullgate')).trim();
      const ca = join(state, 'pki/ca.crt');
      const [config, account] = [join(state, 'development.yaml'), join(state, 'development.kubeconfig')];
      const url = 'https://node1:6443';
      await writeFile(account, kubeconfig({ url, ca: await readFile(ca, 'utf8'), token }), { mode: 0o600 });
      await writeFile(
        config,
        JSON.stringify({
          apiVersion: 'pullgate.dev/v1alpha1',
          kind: 'PullgateConfiguration',
          registries: registries.map(({ host }) => ({ host, ca })),
          tls: { webhookConfiguration: 'pullgate', dnsNames: ['127.0.0.1'] },
          server: { drain: '0s' },
        }),
      );
      const main = join(import.meta.dirname, '../../src/main.ts');
      const args = [main, 'serve', '--config', config, '--kubeconfig', account];
      const [program, all] = cluster.inside(process.execPath, ...args);
      const webhook = startDaemon('pullgate', program, all, { env: { POD_NAMESPACE: 'pullgate' } });
      try {
        await untilMissingTagIs(cluster, 'denied');
      } finally {
        await webhook.stop();
      }
    });
  });
}
