import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { composeRegistries } from '../../src/compose/registry.ts';
import { testConfig } from '../support/pullgate.ts';

describe('if no node is known, the nodes may have', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-runtimes-'));
    await hostsToml('plain', '');
    await hostsToml('rewriting', '[host."https://mirror.test".rewrite]\n"^(.*)$" = "hub/$1"\n');
    await writeFile(join(folder, 'registries.yaml'), 'mirrors: {}\n');
    await writeFile(join(folder, 'daemon.json'), '{}');
  });
  after(() => rm(folder, { recursive: true }));

  async function hostsToml(certsDir: string, more: string): Promise<void> {
    const own = join(folder, certsDir, 'registry.test');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'hosts.toml'), `[host."https://mirror.test"]\n${more}`);
  }

  const cases = [
    { it: 'containerd', config: () => ({}), runtimes: ['containerd'] },
    { it: 'containerd, with a certs.d', config: () => ({ certsDir: join(folder, 'plain') }), runtimes: ['containerd'] },
    {
      it: 'containerd or that of K3s, if a hosts.toml has the table rewrite',
      config: () => ({ certsDir: join(folder, 'rewriting') }),
      runtimes: ['containerd', 'k3s'],
    },
    {
      it: 'the containerd of K3s, with a registries.yaml',
      config: () => ({ nodeFiles: { k3sRegistries: join(folder, 'registries.yaml') } }),
      runtimes: ['k3s'],
    },
    { it: 'CRI-O, with /etc/containers', config: () => ({ nodeFiles: { containers: folder } }), runtimes: ['cri-o'] },
    { it: 'CRI-O, on OpenShift', config: () => ({ openshift: { enabled: true } }), runtimes: ['cri-o'] },
    {
      it: 'Docker, with a daemon.json',
      config: () => ({ nodeFiles: { dockerDaemon: join(folder, 'daemon.json') } }),
      runtimes: ['docker'],
    },
  ];
  for (const { it, config, runtimes } of cases) {
    test(it, async () => {
      const registries = await composeRegistries(testConfig(config()));
      assert.deepEqual(registries.runtimes, runtimes);
      await registries.close();
    });
  }
});
