import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dockerNode } from '../../../src/registry/hosts/docker-node.ts';

describe('a node with Docker', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-docker-'));
  });
  after(() => rm(folder, { recursive: true }));

  const cases = [
    { it: 'asks Docker Hub without a file', text: undefined, hosts: ['registry-1.docker.io'] },
    {
      it: 'asks its mirror first',
      text: '{"registry-mirrors":["https://mirror.test"]}',
      hosts: ['mirror.test', 'registry-1.docker.io'],
    },
    { it: 'is not known with a file that is not JSON', text: '{', hosts: 'does not start' },
    { it: 'is not known with a file that Docker refuses', text: '{"registry-mirrors":["x"]}', hosts: 'does not start' },
  ];
  for (const { it, text, hosts } of cases) {
    test(it, async () => {
      const file = join(folder, 'daemon.json');
      if (text !== undefined) await writeFile(file, text);
      const node = dockerNode(text === undefined ? undefined : file);
      const answer = await node.hostsFor('docker.io');
      const found = answer.kind === 'hosts' ? answer.hosts.map(({ host }) => host) : node.problems()[0]?.effect;
      assert.deepEqual(found, hosts);
    });
  }
});
