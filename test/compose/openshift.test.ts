import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import type { OpenShiftSettings } from '../../src/cluster/openshift.ts';
import { kubeClusterPorts } from '../../src/compose/cluster-ports.ts';
import { composeNodeCredentials } from '../../src/compose/node-credentials.ts';
import { logOpenShift, openShiftFiles } from '../../src/compose/openshift.ts';
import { findAuth } from '../../src/engine/hosts/containers/find-auth.ts';
import { defaultRegistriesConf } from '../../src/engine/hosts/containers/registries-conf.ts';
import { createLog } from '../../src/observe/log.ts';
import { apiServerDouble } from '../support/api-server-double.ts';
import { testConfig } from '../support/pullgate.ts';

const encoded = (text: string): string => Buffer.from(text).toString('base64');

const known: OpenShiftSettings = {
  files: {
    kind: 'files',
    registries: defaultRegistriesConf,
    policy: { otherwise: 'accept', scopes: new Map() },
  },
  pullSecret: {
    kind: 'found',
    value: {
      name: 'pull-secret',
      type: 'kubernetes.io/dockerconfigjson',
      data: {
        '.dockerconfigjson': encoded(JSON.stringify({ auths: { 'quay.io': { auth: encoded('robot:pass') } } })),
      },
    },
  },
  ownRegistries: ['registry.svc:5000'],
};

const logins = [
  { it: 'the pull secret is the auth file of the nodes', repository: 'quay.io/app', expected: 'entry' },
  { it: 'a host that is not in it is asked anonymously', repository: 'ghcr.io/app', expected: 'none' },
  {
    it: 'the credentials of the registry of the cluster are not known',
    repository: 'registry.svc:5000/app',
    expected: 'unseen',
  },
];

describe('openShiftFiles', () => {
  for (const { it, repository, expected } of logins) {
    test(it, async () => {
      const { auths, registries } = await openShiftFiles(() => Promise.resolve(known), 1_000)();
      assert(auths !== undefined && registries !== undefined);
      assert.equal(findAuth(auths, registries.credentialHelpers, repository).kind, expected);
    });
  }

  test('without the pull secret, the auth file is not known', async () => {
    const settings: OpenShiftSettings = { ...known, pullSecret: { kind: 'forbidden' } };
    const files = await openShiftFiles(() => Promise.resolve(settings), 1_000)();
    assert.equal(files.auths, undefined);
    assert.equal(files.registries, defaultRegistriesConf);
  });

  const unknown = [
    { it: 'settings that the operator refuses are not known', files: { kind: 'refused', reason: 'x' } },
    { it: 'settings that may not be read are not known', files: { kind: 'forbidden', resource: 'x' } },
    { it: 'another cluster has no such settings', files: { kind: 'absent' } },
  ] as const;
  for (const { it, files } of unknown) {
    test(it, async () => {
      const read = await openShiftFiles(() => Promise.resolve({ ...known, files }), 1_000)();
      assert.deepEqual([read.registries, read.policy, read.auths], [undefined, undefined, undefined]);
    });
  }

  test('a read that does not end in time is not known', async () => {
    const read = openShiftFiles((signal) => {
      const { promise, reject } = Promise.withResolvers<undefined>();
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      return promise;
    }, 1);
    assert.equal((await read()).registries, undefined);
  });
});

describe('logOpenShift', () => {
  test('logs each change once', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    const report = logOpenShift(log);
    const forbidden: OpenShiftSettings = {
      ...known,
      files: { kind: 'forbidden', resource: 'images.config.openshift.io' },
    };
    for (const settings of [known, known, forbidden, forbidden, undefined, known]) report(settings);
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { problems?: readonly string[] }).problems ?? []),
      [
        [],
        ['no permission to read images.config.openshift.io: add the component openshift'],
        ['the API server did not answer'],
        [],
      ],
    );
  });
});

describe('the credentials of the nodes', () => {
  for (const enabled of [true, false]) {
    test(`${enabled ? 'have' : 'do not have'} the global pull secret with openshift.enabled: ${enabled}`, async () => {
      await using server = await apiServerDouble();
      assert(known.pullSecret.kind === 'found');
      const { name, ...secret } = known.pullSecret.value;
      server.put('openshift-config', 'secrets', { metadata: { name }, ...secret });
      const config = testConfig({ openshift: { enabled } });
      const ports = kubeClusterPorts(kubeApi(server.connection, { pauseMs: 1 }), config);
      const { nodeCredentials } = await composeNodeCredentials(config, ports);
      const { credentials } = await nodeCredentials.lookup(
        { registry: 'quay.io', repository: 'team/app', tag: '1' },
        { namespace: 'shop', name: 'app', serviceAccount: 'default' },
        AbortSignal.timeout(60_000),
      );
      assert.equal(credentials.length, enabled ? 1 : 0);
      assert.equal(server.requests.length > 0, enabled);
    });
  }
});
