import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { currentChecker } from '../../src/compose/current-checker.ts';
import { composeChecker, type Checker } from '../../src/compose/checker.ts';
import { composeRegistries } from '../../src/compose/registry.ts';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import { caCertificate } from '../support/certificates.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { noNodes, type ClusterPorts } from '../../src/compose/cluster-ports.ts';
import { cachedCluster } from '../../src/cluster/cached-cluster.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { memoryOptions } from '../support/options.ts';
import { testConfig } from '../support/pullgate.ts';

const { ports } = fakePorts({});
const clusterPorts: ClusterPorts = {
  cluster: cachedCluster(ports.cluster, memoryOptions),
  nodes: noNodes,
  namespaces: { labels: () => Promise.resolve({ kind: 'missing' }) },
  announcements: ports.announcements,
  tokens: { token: () => Promise.resolve({ kind: 'missing' }) },
};

describe('files that the config names', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-files-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('an invalid hosts.toml is reported before its registry is asked', async () => {
    const certsDir = join(folder, 'certs.d');
    await mkdir(join(certsDir, 'broken.example.com_5000_'), { recursive: true });
    await writeFile(join(certsDir, 'broken.example.com_5000_', 'hosts.toml'), 'server = [');
    const checker = await composeChecker(testConfig({ certsDir }), clusterPorts);
    assert.match(checker.problems().join(), /broken\.example\.com_5000_.hosts\.toml/);
    await checker.close();
  });

  test('a problem of the nodes’ docker config is reported until the file is fixed', async () => {
    const dockerConfig = join(folder, 'config.json');
    const checker = await composeChecker(testConfig({ nodeCredentials: { dockerConfig } }), clusterPorts);
    assert.deepEqual(checker.problems(), [`${dockerConfig}: the file cannot be read`]);
    await checker.close();
    await writeFile(dockerConfig, '{"auths":{}}');
    const next = await composeChecker(testConfig({ nodeCredentials: { dockerConfig } }), clusterPorts);
    assert.deepEqual(next.problems(), []);
    await next.close();
  });

  test('if a client certificate has no key, the registry is not asked without it', async () => {
    await using script = await startScript(publicRegistry());
    const host = script.symbols['registry'] ?? '';
    const certsDir = join(folder, 'client.d');
    const own = join(certsDir, host);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'own.pem'), await caCertificate());
    await writeFile(join(own, 'hosts.toml'), `server = "http://${host}"\nclient = "${join(own, 'own.pem')}"\n`);
    const { registry, close } = await composeRegistries(testConfig({ certsDir }));
    const reference = { registry: host, repository: 'team/app', tag: 'v1' };
    const answer = await registry.resolve(
      { runtime: 'containerd', reference, credential: anonymous },
      AbortSignal.timeout(60_000),
    );
    assert.deepEqual([answer.kind, 'reason' in answer && answer.reason], ['unreachable', 'tls-untrusted']);
    assert.deepEqual(script.log, []);
    await close();
  });

  const broken = [
    {
      it: 'a missing CA file',
      settings: () => ({ registries: [{ host: 'r.example.com', ca: join(folder, 'none.pem') }] }),
      says: /none\.pem: cannot be read/,
    },
    {
      it: 'a CA file without a certificate',
      settings: async () => {
        await writeFile(join(folder, 'text.pem'), 'hello');
        return { registries: [{ host: 'r.example.com', ca: join(folder, 'text.pem') }] };
      },
      says: /text\.pem: has no PEM certificate/,
    },
    {
      it: 'an invalid provider config',
      settings: async () => {
        await writeFile(join(folder, 'providers.yaml'), 'apiVersion: kubelet.config.k8s.io/v1\nkind: Nonsense\n');
        return { nodeCredentials: { providers: { config: join(folder, 'providers.yaml'), binDir: folder } } };
      },
      says: /providers\.yaml:\d+: /,
    },
  ];
  for (const { it, settings, says } of broken) {
    test(`${it} stops the start with an error that names the file`, async () => {
      await assert.rejects(composeChecker(testConfig(await settings()), clusterPorts), says);
    });
  }
});

function checkerOf(log: string[], name: string): Checker {
  return {
    check: () => Promise.resolve([]),
    problems: () => [name],
    close: async () => void log.push(`${name} closed`),
  };
}

describe('the current checker', () => {
  test('is replaced by a new one', async () => {
    const log: string[] = [];
    const checker = await currentChecker(testConfig({}), ({ profile }) => Promise.resolve(checkerOf(log, profile)));
    await checker.replace(testConfig({ profile: 'strict' }));
    assert.deepEqual([checker.problems(), checker.config.profile], [['strict'], 'strict']);
    assert.deepEqual(log, [], 'the old one stays open for running checks');
  });

  test('stays if the new one cannot be created', async () => {
    let first = true;
    const checker = await currentChecker(testConfig({}), () => {
      if (!first) return Promise.reject(new Error('ca.pem: cannot be read'));
      first = false;
      return Promise.resolve(checkerOf([], 'first'));
    });
    await assert.rejects(checker.replace(testConfig({ profile: 'strict' })), /cannot be read/);
    assert.deepEqual([checker.problems(), checker.config.profile], [['first'], 'balanced']);
  });
});
