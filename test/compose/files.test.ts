import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { currentChecker } from '../../src/compose/current-checker.ts';
import { contentsDigest, watchContents } from '../../src/lib/watch-contents.ts';
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
const world: ClusterPorts = {
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

  test('a broken hosts.toml is known before anybody asks for its registry', async () => {
    const certsDir = join(folder, 'certs.d');
    await mkdir(join(certsDir, 'broken.example.com_5000_'), { recursive: true });
    await writeFile(join(certsDir, 'broken.example.com_5000_', 'hosts.toml'), 'server = [');
    const checker = await composeChecker(testConfig({ certsDir }), world);
    assert.match(checker.problems().join(), /broken\.example\.com_5000_.hosts\.toml/);
    await checker.close();
  });

  test('a docker config of the nodes that is broken is told, and no longer where it is mended', async () => {
    const dockerConfig = join(folder, 'config.json');
    const checker = await composeChecker(testConfig({ nodeCredentials: { dockerConfig } }), world);
    assert.deepEqual(checker.problems(), [`${dockerConfig}: the file cannot be read`]);
    await checker.close();
    await writeFile(dockerConfig, '{"auths":{}}');
    const next = await composeChecker(testConfig({ nodeCredentials: { dockerConfig } }), world);
    assert.deepEqual(next.problems(), []);
    await next.close();
  });

  test('a client certificate without its key makes no client, and the registry is not asked without it', async () => {
    await using script = await startScript(publicRegistry());
    const host = script.symbols['registry'] ?? '';
    const certsDir = join(folder, 'client.d');
    const own = join(certsDir, host);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'own.pem'), await caCertificate());
    await writeFile(join(own, 'hosts.toml'), `server = "http://${host}"\nclient = "${join(own, 'own.pem')}"\n`);
    const { registry, close } = await composeRegistries(testConfig({ certsDir }));
    const reference = { registry: host, repository: 'team/app', tag: 'v1' };
    const answer = await registry.resolve({ reference, credential: anonymous }, AbortSignal.timeout(5_000));
    assert.deepEqual([answer.kind, 'reason' in answer && answer.reason], ['unreachable', 'tls-untrusted']);
    assert.deepEqual(script.log, []);
    await close();
  });

  const broken = [
    {
      it: 'a CA that is not there',
      settings: () => ({ registries: [{ host: 'r.example.com', ca: join(folder, 'none.pem') }] }),
      says: /none\.pem: cannot be read/,
    },
    {
      it: 'a CA that is no certificate',
      settings: async () => {
        await writeFile(join(folder, 'text.pem'), 'hello');
        return { registries: [{ host: 'r.example.com', ca: join(folder, 'text.pem') }] };
      },
      says: /text\.pem: holds no PEM certificate/,
    },
    {
      it: 'a provider config that is broken',
      settings: async () => {
        await writeFile(join(folder, 'providers.yaml'), 'apiVersion: kubelet.config.k8s.io/v1\nkind: Nonsense\n');
        return { nodeCredentials: { providers: { config: join(folder, 'providers.yaml'), binDir: folder } } };
      },
      says: /providers\.yaml:\d+: /,
    },
  ];
  for (const { it, settings, says } of broken) {
    test(`${it} stops the start with its place`, async () => {
      await assert.rejects(composeChecker(testConfig(await settings()), world), says);
    });
  }

  test('are watched by content', async () => {
    const file = join(folder, 'watched');
    await writeFile(file, 'one');
    const stop = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const read = (): Promise<string> => contentsDigest([file]);
    const watching = watchContents({ read, first: await read(), everyMs: 10, onChange: () => resolve() }, stop.signal);
    const keepAlive = setInterval(() => void writeFile(file, 'two'), 20);
    await promise;
    clearInterval(keepAlive);
    stop.abort();
    await watching;
  });
});

function checkerOf(log: string[], name: string): Checker {
  return {
    check: () => Promise.resolve([]),
    problems: () => [name],
    close: async () => void log.push(`${name} closed`),
  };
}

describe('the checker that holds', () => {
  test('gives way to its successor', async () => {
    const log: string[] = [];
    const checker = await currentChecker(testConfig({}), ({ profile }) => Promise.resolve(checkerOf(log, profile)));
    await checker.replace(testConfig({ profile: 'strict' }));
    assert.deepEqual([checker.problems(), checker.config.profile], [['strict'], 'strict']);
    assert.deepEqual(log, [], 'what is under way ends with the old one');
  });

  test('stays where its successor cannot be made', async () => {
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
