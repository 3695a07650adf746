import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dockerHosts, readDockerDaemon, type DockerDaemon } from '../../../src/registry/hosts/docker-daemon.ts';

function daemonOf(json: object): DockerDaemon {
  const read = readDockerDaemon(json);
  if (read.kind === 'invalid') throw new Error(read.reason);
  return read.daemon;
}

describe('Docker asks for an image', () => {
  const mirrored = {
    'registry-mirrors': ['https://mirror.test/hub/', 'http://plain.test:5000', 'https://mirror.test/hub'],
  };
  const insecure = { 'insecure-registries': ['reg.test:5000', 'http://other.test', '10.0.0.0/8'] };
  const cases = [
    { it: 'at the registry', daemon: {}, registry: 'reg.test', hosts: ['https://reg.test/v2'] },
    { it: 'at Docker Hub', daemon: {}, registry: 'docker.io', hosts: ['https://registry-1.docker.io/v2'] },
    {
      it: 'at the mirrors of Docker Hub first, each once',
      daemon: mirrored,
      registry: 'docker.io',
      hosts: ['https://mirror.test/hub/v2', 'http://plain.test:5000/v2', 'https://registry-1.docker.io/v2'],
    },
    { it: 'at no mirror of another registry', daemon: mirrored, registry: 'reg.test', hosts: ['https://reg.test/v2'] },
    {
      it: 'at an insecure registry, with http after https',
      daemon: insecure,
      registry: 'reg.test:5000',
      hosts: ['https://reg.test:5000/v2 insecure'],
    },
    {
      it: 'at an insecure registry whose entry has a scheme',
      daemon: insecure,
      registry: 'other.test',
      hosts: ['https://other.test/v2 insecure'],
    },
    { it: 'securely at another port', daemon: insecure, registry: 'reg.test', hosts: ['https://reg.test/v2'] },
    {
      it: 'at an address of an insecure range',
      daemon: insecure,
      registry: '10.1.2.3:5000',
      hosts: ['https://10.1.2.3:5000/v2 insecure'],
    },
    {
      it: 'at its own machine without TLS',
      daemon: {},
      registry: '127.0.0.1:5000',
      hosts: ['https://127.0.0.1:5000/v2 insecure'],
    },
  ];
  for (const { it, daemon, registry, hosts } of cases) {
    test(it, () => {
      const asked = dockerHosts(registry, daemonOf(daemon)).map(
        ({ scheme, host, path, skipVerify, httpFallback }) =>
          `${scheme}://${host}${path}${skipVerify && httpFallback ? ' insecure' : ''}`,
      );
      assert.deepEqual(asked, hosts);
    });
  }
});

describe('the Docker daemon does not start with', () => {
  const cases: readonly { it: string; json: unknown }[] = [
    { it: 'a file that is not an object', json: [] },
    { it: 'mirrors that are not a list', json: { 'registry-mirrors': 'https://mirror.test' } },
    { it: 'a mirror without a scheme', json: { 'registry-mirrors': ['mirror.test:5000'] } },
    { it: 'a mirror with a password', json: { 'registry-mirrors': ['https://user:secret@mirror.test'] } },
    { it: 'a mirror with a query', json: { 'registry-mirrors': ['https://mirror.test?a=b'] } },
    { it: 'an insecure registry with another scheme', json: { 'insecure-registries': ['ftp://reg.test'] } },
    { it: 'an insecure registry that begins with a hyphen', json: { 'insecure-registries': ['-reg.test'] } },
  ];
  for (const { it, json } of cases) test(it, () => assert.equal(readDockerDaemon(json).kind, 'invalid'));
});
