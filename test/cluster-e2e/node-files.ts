import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { commandsOf } from '../manifests/page.ts';
import { until } from './cluster.ts';
import { closed, locked, login, open, plugins } from './images.ts';
import { refreshVolumes, tryKubectl, untilReady } from './pullgate.ts';
import { copyNodeFiles, install, registries, type Stage } from './site.ts';

/** A name of the registry with a password. Only the nodes' certs.d has it. */
const alias = 'alias.example.com';

const config = {
  apiVersion: 'pullgate.dev/v1alpha1',
  kind: 'PullgateConfiguration',
  certsDir: '/etc/containerd/certs.d',
  registries,
  nodeCredentials: {
    dockerConfig: '/etc/pullgate-node/config.json',
    providers: { config: '/etc/pullgate-node/credential-provider.yaml', binDir: '/etc/pullgate-plugins' },
  },
  tls: { webhookConfiguration: 'pullgate' },
  server: { metricsPort: 8080 },
};

const providers = {
  apiVersion: 'kubelet.config.k8s.io/v1',
  kind: 'CredentialProviderConfig',
  providers: [
    {
      name: 'real-login',
      matchImages: [closed],
      defaultCacheDuration: '1m',
      apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
    },
  ],
};

/** Tests the overlay `node-files`, copied and edited as docs/operations.md describes. */
export function nodeFiles(stage: () => Stage): void {
  async function apply(dockerConfig: object): Promise<void> {
    const { cluster, manifests } = stage();
    const ca = await readFile(join(cluster.kit.state, 'pki/ca.crt'), 'utf8');
    const files = {
      'config.yaml': JSON.stringify(config),
      'certs.d/registry.example.com/hosts.toml': `server = "https://${closed}"\n[host."https://${closed}"]\n  ca = "ca.crt"\n`,
      'certs.d/registry.example.com/ca.crt': ca,
      'registry.pem': ca,
      'config.json': JSON.stringify(dockerConfig),
      'credential-provider.yaml': JSON.stringify(providers),
      'certs-d.yaml': (await readFile(join(manifests.folder, 'overlays/node-files/certs-d.yaml'), 'utf8'))
        .replace('path: registry.example.com/', `path: ${alias}/`)
        .concat(`              - key: ca.crt\n                path: ${alias}/ca.crt\n`),
    };
    const mine = await copyNodeFiles(manifests, files, (text) =>
      text
        .replace('components:\n', 'components:\n  - ../../components/node-plugins\n')
        .replace('/hosts.toml\n', '/hosts.toml\n      - ca.crt=certs.d/registry.example.com/ca.crt\n')
        .replace('      - config.json\n', '      - config.json\n      - credential-provider.yaml\n')
        .concat(`images:\n  - name: pullgate-plugins\n    newName: ${plugins.replace(/:.*/, '')}\n    newTag: '1'\n`),
    );
    await cluster.must('apply', '-k', mine);
  }

  async function untilItIs(image: string, verdict: string, text = ''): Promise<void> {
    const args = ['create', 'deployment', 'x', `--image=${image}`, '-n', 'shop', '--dry-run=server'];
    await until(
      () => tryKubectl(stage().cluster, args),
      (result) => result.verdict === verdict && result.text.includes(text),
    );
  }

  describe('the files of the nodes, in a namespace with the Pod Security level restricted', () => {
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');

    test('with certs.d, plugins and CAs: images that the nodes can pull pass', async () => {
      const { cluster } = stage();
      await apply({ auths: {} });
      await untilReady(cluster);
      await untilItIs(locked, 'passed');
      await untilItIs(`${alias}/shop/web:1.0.0`, 'denied', 'missing credentials');
      await untilItIs(`${open}/shop/web:v1.0.0`, 'denied', 'has no tag');
    });

    test('a change of the docker config takes effect', async () => {
      await apply({ auths: { [alias]: { auth } } });
      await refreshVolumes(stage().cluster);
      await untilItIs(`${alias}/shop/web:1.0.0`, 'passed');
      await untilItIs(`${alias}/shop/web:v1.0.0`, 'denied', 'has no tag');
    });

    test('a change to enforce, and the documented commands that delete the rest', async () => {
      const { cluster } = stage();
      await install(stage(), { on: 'overlays/enforce' });
      await untilReady(cluster);
      const commands = commandsOf('from node-files');
      assert.ok(commands.length > 0);
      for (const args of commands) await cluster.must(...args);
    });
  });
}
