import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubeNodes } from '../../src/cluster/kube-nodes.ts';
import { nodesOptions } from '../support/options.ts';
import { apiServerDouble, status, type ApiServerDouble, type StoredObject } from '../support/api-server-double.ts';

const start = Date.UTC(2026, 0, 1);

interface NodeOptions {
  readonly images?: readonly { readonly names: readonly string[] }[];
  readonly heartbeat?: number;
  readonly ready?: string;
}

function node(name: string, options: NodeOptions = {}): StoredObject {
  const {
    images = [{ names: ['registry.test/app:1', `registry.test/app@sha256:${'a'.repeat(64)}`] }],
    heartbeat = start,
  } = options;
  return {
    metadata: { name, labels: { 'kubernetes.io/arch': 'arm64' } },
    status: {
      images,
      conditions: [
        { type: 'Ready', status: options.ready ?? 'True', lastHeartbeatTime: new Date(heartbeat).toISOString() },
      ],
      nodeInfo: {
        operatingSystem: 'linux',
        architecture: 'arm64',
        containerRuntimeVersion: 'containerd://2.4.2',
        kubeletVersion: 'v1.36.3',
      },
    },
  };
}

function put(server: ApiServerDouble, stored: StoredObject): void {
  server.objects.set(`/api/v1/nodes/${stored.metadata.name}`, stored);
}

function images(count: number): { names: string[] }[] {
  return Array.from({ length: count }, (_, index) => ({ names: [`registry.test/app:${index}`] }));
}

async function nodesOf(server: ApiServerDouble) {
  const port = kubeNodes(kubeApi(server.connection), { ...nodesOptions, now: () => start });
  const list = await port.nodes(AbortSignal.timeout(60_000));
  return list?.nodes ?? [];
}

describe('kubeNodes', () => {
  test('the facts that decide a pull are read from a Node', async () => {
    await using server = await apiServerDouble();
    put(server, node('one'));
    assert.deepEqual(await nodesOf(server), [
      {
        name: 'one',
        labels: { 'kubernetes.io/arch': 'arm64' },
        platform: { os: 'linux', architecture: 'arm64' },
        taints: [],
        images: new Set(['registry.test/app:1', `registry.test/app@sha256:${'a'.repeat(64)}`]),
        imagesComplete: true,
        runtimeVersion: 'containerd://2.4.2',
        kubeletVersion: 'v1.36.3',
      },
    ]);
  });

  const imageLists: readonly { title: string; options: NodeOptions; complete: boolean }[] = [
    { title: '49 images', options: { images: images(49) }, complete: true },
    {
      title: '50 images, the limit of the kubelet',
      options: { images: images(50) },
      complete: false,
    },
    { title: 'no image, because the kubelet has not reported yet', options: { images: [] }, complete: false },
    {
      title: 'an image with five names, the limit of the kubelet',
      options: { images: [{ names: ['a', 'b', 'c', 'd', 'e'] }] },
      complete: false,
    },
    { title: 'a heartbeat 5 minutes ago', options: { heartbeat: start - 300_000 }, complete: true },
    { title: 'a heartbeat 7 minutes ago', options: { heartbeat: start - 420_000 }, complete: false },
    { title: 'a node that is not ready', options: { ready: 'Unknown' }, complete: false },
  ];

  test('the images of Docker get the names that the kubelet asks for', async () => {
    await using server = await apiServerDouble();
    put(server, node('one', { images: [{ names: ['app:dev', 'team/app@sha256:00', '<none>@<none>'] }] }));
    const [facts] = await nodesOf(server);
    assert.deepEqual(facts?.images, new Set(['docker.io/library/app:dev']));
  });

  test('only taints that keep pods away, and that the cluster does not set itself, are read', async () => {
    await using server = await apiServerDouble();
    const taints = [
      { key: 'arch', value: 'arm64', effect: 'NoSchedule' },
      { key: 'gpu', effect: 'NoExecute' },
      { key: 'slow', effect: 'PreferNoSchedule' },
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
      { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
    ];
    put(server, { ...node('one'), spec: { taints } });
    const [facts] = await nodesOf(server);
    assert.deepEqual(facts?.taints, [
      { key: 'arch', value: 'arm64', effect: 'NoSchedule' },
      { key: 'gpu', value: '', effect: 'NoExecute' },
    ]);
  });

  for (const { title, options, complete } of imageLists) {
    test(`the list of images is ${complete ? 'complete' : 'incomplete'}: ${title}`, async () => {
      await using server = await apiServerDouble();
      put(server, node('one', options));
      const [facts] = await nodesOf(server);
      assert.equal(facts?.imagesComplete, complete);
    });
  }

  test('5,000 nodes are read once, in pages, from the memory of the API server', async () => {
    await using server = await apiServerDouble();
    const images = Array.from({ length: 40 }, (_, index) => ({ names: [`registry.test/team/image-${index}:1`] }));
    for (let index = 0; index < 5_000; index++) put(server, node(`node-${index}`, { images }));
    const port = kubeNodes(kubeApi(server.connection), { ...nodesOptions, now: () => start });
    const [nodes, again] = await Promise.all([
      port.nodes(AbortSignal.timeout(60_000)),
      port.nodes(AbortSignal.timeout(60_000)),
    ]);
    assert.equal(nodes?.nodes.length, 5_000);
    assert.equal(again?.nodes, nodes?.nodes);
    assert.equal(server.requests.length, 20);
    assert.equal(server.requests.filter((line) => line.includes('resourceVersion=0')).length, 1);
  });

  test('an old list stays in use with its age, and is read again', async () => {
    await using server = await apiServerDouble();
    put(server, node('one'));
    let now = start;
    const port = kubeNodes(kubeApi(server.connection), {
      ...nodesOptions,
      now: () => now,
      everyMs: 60_000,
    });
    const signal = AbortSignal.timeout(60_000);
    assert.equal((await port.nodes(signal))?.ageMs, 0);
    now += 30_000;
    assert.equal((await port.nodes(signal))?.ageMs, 30_000);
    assert.equal(server.requests.length, 1);
    now += 40_000;
    put(server, node('two', { heartbeat: now }));
    assert.equal((await port.nodes(signal))?.nodes.length, 1, 'no caller waits for the second list');
    while ((await port.nodes(signal))?.nodes.length !== 2) await new Promise((resolve) => setImmediate(resolve));
  });

  test('the nodes are unknown if listing is forbidden', async () => {
    await using server = await apiServerDouble();
    server.faults.set('/api/v1/nodes', [status(403, 'Forbidden')]);
    assert.equal(
      await kubeNodes(kubeApi(server.connection), nodesOptions).nodes(AbortSignal.timeout(60_000)),
      undefined,
    );
  });

  test('the last list stays in use if a read fails', async () => {
    await using server = await apiServerDouble();
    put(server, node('one'));
    let now = start;
    const port = kubeNodes(kubeApi(server.connection), { ...nodesOptions, now: () => now });
    const signal = AbortSignal.timeout(60_000);
    await port.nodes(signal);
    server.faults.set('/api/v1/nodes', [status(500, 'InternalError')]);
    now += 600_000;
    assert.equal((await port.nodes(signal))?.nodes.length, 1);
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await port.nodes(signal))?.nodes.length, 1);
  });

  test('the state is reported after the first read and after each change', async () => {
    await using server = await apiServerDouble();
    put(server, node('one'));
    let now = start;
    const states: string[] = [];
    const nodes = kubeNodes(kubeApi(server.connection), {
      everyMs: 1,
      now: () => now,
      onState: (state) => states.push(state),
    });
    const signal = AbortSignal.timeout(60_000);
    await nodes.nodes(signal);
    server.faults.set('/api/v1/nodes', [status(403, 'Forbidden')]);
    while (states.length < 2) {
      now += 10;
      await nodes.nodes(signal);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(states, ['known', 'unknown']);
  });
});
