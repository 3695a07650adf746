import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { containerdNode, type ContainerdNodeOptions } from '../../../src/registry/hosts/containerd-node.ts';
import type { NodeHosts } from '../../../src/registry/hosts/node-hosts.ts';

const v2 = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry';
const v3 = "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry";
const mirror = '.mirrors."r.io"]\nendpoint = ["https://m.io", "n.io/proxy"]\n';

/** The hosts of a registry, or the kind of the answer. */
async function hostsOf(node: NodeHosts, registry = 'r.io'): Promise<readonly string[] | string> {
  const answer = await node.hostsFor(registry);
  return answer.kind === 'hosts'
    ? answer.hosts.map(({ scheme, host, path }) => `${scheme}://${host}${path}`)
    : answer.kind;
}

describe('containerdNode', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-containerd-'));
    for (const [path, host] of [
      ['a/r.io', 'a.io'],
      ['b/r.io', 'b.io'],
      ['b/s.io', 'b.io'],
    ] as const) {
      await mkdir(join(folder, path), { recursive: true });
      await writeFile(join(folder, path, 'hosts.toml'), `server = "https://${host}"`);
    }
  });
  after(() => rm(folder, { recursive: true }));

  async function nodeWith(
    text: string,
    { roots = [], kind = 'containerd' }: Partial<Pick<ContainerdNodeOptions, 'roots' | 'kind'>> = {},
  ): Promise<NodeHosts> {
    const file = join(await mkdtemp(join(folder, 'node-')), 'config.toml');
    await writeFile(file, text.replaceAll('FOLDER', folder));
    return containerdNode({ file, roots, kind });
  }

  for (const { it, text, registry, expected } of [
    {
      it: 'reads the folders of config_path in their order',
      text: `${v3}]\nconfig_path = "FOLDER/a:FOLDER/b"`,
      expected: ['https://a.io/v2'],
    },
    {
      it: 'reads the second folder too',
      text: `${v3}]\nconfig_path = "FOLDER/a:FOLDER/b"`,
      registry: 's.io',
      expected: ['https://b.io/v2'],
    },
    { it: 'asks the registry itself without a config_path', text: 'version = 3', expected: ['https://r.io/v2'] },
    {
      it: 'reads the mirrors of version 2',
      text: v2 + mirror,
      expected: ['https://m.io/v2', 'https://n.io/proxy', 'https://r.io/v2'],
    },
    {
      it: 'reads the mirrors of version 3',
      text: v3 + mirror,
      expected: ['https://m.io/v2', 'https://n.io/proxy', 'https://r.io/v2'],
    },
    {
      it: 'cannot tell what the section of version 2 does in version 3',
      text: (v2 + mirror).replace('2', '3'),
      expected: 'unclear',
    },
    {
      it: 'uses the mirrors for every registry',
      text: `${v2}.mirrors."*"]\nendpoint = ["https://m.io"]`,
      registry: 'q.io',
      expected: ['https://m.io/v2', 'https://q.io/v2'],
    },
    {
      it: 'does not add the registry if an endpoint is the registry',
      text: `${v2}.mirrors."r.io"]\nendpoint = ["https://r.io"]`,
      expected: ['https://r.io/v2'],
    },
    {
      it: 'asks a loopback registry over plain http',
      text: `${v2}.mirrors."x.io"]\nendpoint = []`,
      registry: 'localhost:5000',
      expected: ['http://localhost:5000/v2'],
    },
    {
      it: 'asks Docker Hub at its host',
      text: `${v2}.mirrors."docker.io"]\nendpoint = ["https://m.io"]`,
      registry: 'docker.io',
      expected: ['https://m.io/v2', 'https://registry-1.docker.io/v2'],
    },
    {
      it: 'fails if an endpoint is not a URL',
      text: `${v2}.mirrors."r.io"]\nendpoint = ["https://m io"]`,
      expected: 'unusable',
    },
  ]) {
    test(it, async () => assert.deepEqual(await hostsOf(await nodeWith(text), registry), expected));
  }

  test('reads the mounted folder in place of config_path', async () => {
    const node = await nodeWith(`${v3}]\nconfig_path = "/etc/containerd/certs.d"`, { roots: [join(folder, 'b')] });
    assert.deepEqual(await hostsOf(node), ['https://b.io/v2']);
  });

  for (const { it, text, line, reason } of [
    {
      it: 'both config_path and mirrors',
      text: `${v2}]\nconfig_path = "/x"\n${v2.split('\n')[1]}${mirror}`,
      line: undefined,
      reason: /must not be set/,
    },
    { it: 'text that is not TOML', text: 'version = 3\n[plugins', line: 2, reason: /not valid TOML/ },
    { it: 'an unknown version', text: 'version = 9', line: undefined, reason: /version must be/ },
  ]) {
    test(`does not know the hosts with ${it}`, async () => {
      const node = await nodeWith(text);
      assert.equal(await hostsOf(node), 'unclear');
      const [problem] = node.problems();
      assert.match(problem?.reason ?? '', reason);
      assert.deepEqual([problem?.line, problem?.effect], [line, 'does not start']);
    });
  }

  for (const { it, text, reason } of [
    { it: 'a registry section of another version', text: (v2 + mirror).replace('2', '3'), reason: /grpc\.v1\.cri/ },
    { it: 'several folders in config_path', text: `${v3}]\nconfig_path = "/a:/b"`, reason: /several folders/ },
  ]) {
    test(`reports ${it}`, async () => {
      const node = await nodeWith(text);
      await hostsOf(node);
      assert.match(node.problems()[0]?.reason ?? '', reason);
    });
  }

  for (const { kind, skips } of [
    { kind: 'containerd-1', skips: true },
    { kind: 'containerd', skips: false },
  ] as const) {
    test(`${skips ? 'uses' : 'ignores'} the TLS settings of configs on ${kind}`, async () => {
      const tls = `${v2.split('\n')[1]}.configs."m.io".tls]\ninsecure_skip_verify = true\n`;
      const answer = await (await nodeWith(v2 + mirror + tls, { kind })).hostsFor('r.io');
      assert(answer.kind === 'hosts');
      assert.equal(answer.hosts[0]?.skipVerify, skips);
    });
  }

  for (const { it, text, host, expected } of [
    { it: 'a host', text: `${v3}.configs."m.io".auth]\nusername = "u"\npassword = "p"`, host: 'm.io', expected: 'u' },
    { it: 'the old table auths', text: `${v2}.auths."https://m.io"]\nauth = "dTpw"`, host: 'm.io', expected: 'u' },
    {
      it: 'no other name of Docker Hub',
      text: `${v3}.configs."docker.io".auth]\nusername = "u"\npassword = "p"`,
      host: 'registry-1.docker.io',
      expected: undefined,
    },
  ]) {
    test(`has a credential for ${it}`, async () => {
      const own = await (await nodeWith(text)).credentialFor(host);
      assert.equal(own?.kind === 'credential' ? own.credential.username : own?.kind, expected);
    });
  }
});
