import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { openShift, type OpenShiftSettings } from '../../src/cluster/openshift.ts';
import { apiServerDouble, reset, status, type ApiServerDouble } from '../support/api-server-double.ts';

const config = '/apis/config.openshift.io/v1';
const operator = '/apis/operator.openshift.io/v1alpha1';
const releaseImage = `quay.io/openshift-release-dev/ocp-release@sha256:${'a'.repeat(64)}`;
const everyMs = 60_000;

/** An API server of OpenShift with one mirror set, a blocked registry and a global pull secret. */
async function openShiftDouble(): Promise<ApiServerDouble> {
  const server = await apiServerDouble();
  server.serve(config, ['images', 'clusterversions', 'imagedigestmirrorsets', 'imagetagmirrorsets']);
  server.serve(operator, ['imagecontentsourcepolicies']);
  server.objects.set(`${config}/images/cluster`, {
    metadata: { name: 'cluster' },
    spec: { registrySources: { blockedRegistries: ['blocked.test'] } },
    status: { internalRegistryHostname: 'image-registry.openshift-image-registry.svc:5000' },
  });
  server.objects.set(`${config}/clusterversions/version`, {
    metadata: { name: 'version' },
    status: { desired: { image: releaseImage } },
  });
  server.objects.set(`${config}/imagetagmirrorsets/one`, {
    metadata: { name: 'one', uid: '1' },
    spec: { imageTagMirrors: [{ source: 'ghcr.io', mirrors: ['mirror.test'] }] },
  });
  server.put('openshift-config', 'secrets', {
    metadata: { name: 'pull-secret' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': 'e30=' },
  });
  return server;
}

async function read(server: ApiServerDouble): Promise<OpenShiftSettings | undefined> {
  const settings = openShift(kubeApi(server.connection, { pauseMs: 1 }), { everyMs });
  return settings(AbortSignal.timeout(60_000));
}

const faults = [
  {
    it: 'a cluster without the kind Image is not OpenShift',
    path: `${config}/images/cluster`,
    fault: status(404, 'NotFound'),
    files: { kind: 'absent' },
  },
  {
    it: 'mirror sets that may not be listed make the files unknown',
    path: `${config}/imagedigestmirrorsets`,
    fault: status(403, 'Forbidden'),
    files: { kind: 'forbidden', resource: 'imagedigestmirrorsets.config.openshift.io' },
  },
  {
    it: 'a release image that may not be read makes the files unknown',
    path: `${config}/clusterversions/version`,
    fault: status(403, 'Forbidden'),
    files: { kind: 'forbidden', resource: 'clusterversions.config.openshift.io' },
  },
];

describe('openShift', () => {
  test('reads the files of the nodes and the pull secret', async () => {
    await using server = await openShiftDouble();
    const settings = await read(server);
    assert(settings?.files.kind === 'files');
    assert.deepEqual(
      settings.files.registries.registries.map(({ prefix, blocked, mirrors }) => ({
        prefix,
        blocked,
        mirrors: mirrors.map(({ location }) => location),
      })),
      [
        { prefix: 'blocked.test', blocked: true, mirrors: [] },
        { prefix: 'ghcr.io', blocked: false, mirrors: ['mirror.test'] },
      ],
    );
    assert.equal(settings.pullSecret.kind, 'found');
    assert.deepEqual(settings.ownRegistries, ['image-registry.openshift-image-registry.svc:5000']);
  });

  test('a kind that is not installed has no mirrors', async () => {
    await using server = await openShiftDouble();
    server.faults.set(`${operator}/imagecontentsourcepolicies`, [status(404, 'NotFound')]);
    assert.equal((await read(server))?.files.kind, 'files');
  });

  for (const { it, path, fault, files } of faults) {
    test(it, async () => {
      await using server = await openShiftDouble();
      server.faults.set(path, [fault]);
      assert.deepEqual((await read(server))?.files, files);
    });
  }

  test('a pull secret that may not be read is a value', async () => {
    await using server = await openShiftDouble();
    server.faults.set('/api/v1/namespaces/openshift-config/secrets/pull-secret', [status(403, 'Forbidden')]);
    const settings = await read(server);
    assert.deepEqual([settings?.files.kind, settings?.pullSecret.kind], ['files', 'forbidden']);
  });

  test('after a failed read, the last settings stay in use, and the read is repeated', async () => {
    await using server = await openShiftDouble();
    let now = 0;
    const reads: (string | undefined)[] = [];
    const settings = openShift(kubeApi(server.connection, { pauseMs: 1 }), {
      everyMs,
      now: () => now,
      onRead: (value) => reads.push(value?.files.kind),
    });
    const first = await settings(AbortSignal.timeout(60_000));
    server.faults.set(`${config}/images/cluster`, [reset]);
    now = everyMs + 1;
    while (reads.length < 2) {
      assert.equal(await settings(AbortSignal.timeout(60_000)), first);
      await setImmediate();
    }
    server.faults.delete(`${config}/images/cluster`);
    assert.equal(await settings(AbortSignal.timeout(60_000)), first);
    now += 10_001;
    while (reads.length < 3) {
      await settings(AbortSignal.timeout(60_000));
      await setImmediate();
    }
    assert.deepEqual(reads, ['files', undefined, 'files']);
  });

  test('between two reads nothing is asked', async () => {
    await using server = await openShiftDouble();
    const settings = openShift(kubeApi(server.connection), { everyMs, now: () => 0 });
    await settings(AbortSignal.timeout(60_000));
    const asked = server.requests.length;
    await settings(AbortSignal.timeout(60_000));
    assert.equal(server.requests.length, asked);
  });
});
