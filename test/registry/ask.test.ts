import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import { evidenceOf, type Target } from '../../src/registry/ask.ts';

const route = { skipVerify: false, ca: [], client: [], loopback: false, connectMs: 0 };

describe('the evidence of a request', () => {
  const cases = [
    { it: 'has no path for the usual API', settings: undefined, path: undefined },
    { it: 'has the path that hosts.toml sets', settings: [{ host: 'm.io', path: '/v2/hub' }], path: '/v2/hub' },
  ];
  for (const { it, settings, path } of cases) {
    test(it, () => {
      const [host] = registryHosts('r.io', settings);
      assert.ok(host);
      const target: Target = { registry: 'r.io', repository: 'app', credential: anonymous, host, route, last: true };
      const ask = { target, asked: 'manifest', method: 'HEAD', path: 'manifests/1', accept: '*/*', limit: 0 } as const;
      assert.equal(evidenceOf(ask).path, path);
    });
  }
});
