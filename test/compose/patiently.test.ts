import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { composeChecker } from '../../src/compose/checker.ts';
import { noNodes } from '../../src/compose/cluster-ports.ts';
import { ownPod } from '../../src/compose/own-pod.ts';
import { patiently } from '../../src/compose/patiently.ts';
import { apiServerDouble, type ApiServerDouble } from '../support/api-server-double.ts';
import { caCertificate } from '../support/certificates.ts';
import { soon } from '../support/soon.ts';
import { testConfig } from '../support/pullgate.ts';

const never = new AbortController().signal;
const fail = (): Promise<never> => Promise.reject(new Error('missing'));
const ports = { nodes: noNodes } as Parameters<typeof composeChecker>[1];

describe('a start that needs a file which is missing', () => {
  test('waits, names the file once for each try, and goes on when the file appears', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pullgate-patiently-'));
    const ca = join(folder, 'ca.pem');
    const config = testConfig({ registries: [{ host: 'r.example.com', ca }] });
    const told: (string | undefined)[] = [];
    const onProblem = (problem: string | undefined): void => {
      told.push(problem);
      if (told.length === 1) void caCertificate().then((pem) => writeFile(ca, pem));
    };
    const checker = await patiently(() => composeChecker(config, ports), { waitMs: 60_000, onProblem }, never);
    await checker.close();
    await rm(folder, { recursive: true });
    assert.match(told[0] ?? '', /ca\.pem: cannot be read/);
    assert.equal(told.at(-1), undefined);
  });

  test('fails with the cause at once if it may not wait', async () => {
    const config = testConfig({ registries: [{ host: 'r.example.com', ca: '/nowhere/ca.pem' }] });
    const opened = patiently(() => composeChecker(config, ports), { waitMs: 0, onProblem: () => assert.fail() }, never);
    await assert.rejects(opened, /\/nowhere\/ca\.pem: cannot be read/);
  });

  test('ends when the process is told to stop', async () => {
    const stop = new AbortController();
    const opened = patiently(fail, { waitMs: 60_000, onProblem: () => stop.abort() }, stop.signal);
    await assert.rejects(opened, { name: 'AbortError' });
  });
});

/** Waits until the double has `count` Events, and returns them. */
async function eventsOf(api: ApiServerDouble, count: number): Promise<readonly string[]> {
  const { signal } = soon();
  const events = () => [...api.objects.values()].filter(({ kind }) => kind === 'Event');
  while (events().length < count) {
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return events().map(({ type, reason, note }) => `${String(type)} ${String(reason)} ${String(note)}`);
}

describe('Events on the own pod', () => {
  const environment = { POD_NAME: 'pullgate-0', POD_UID: 'a-uid' };

  test('tell a problem once, another one again, and that there is none if there was one', async () => {
    await using api = await apiServerDouble();
    const pod = ownPod({ api: kubeApi(api.connection), namespace: 'pullgate', environment });
    for (const problem of [undefined, 'no right', 'no right', 'no Secret', undefined]) pod.tell('webhook', problem);
    assert.deepEqual((await eventsOf(api, 3)).toSorted(), [
      'Normal WebhookReady The problem is solved.',
      'Warning WebhookNotReady no Secret',
      'Warning WebhookNotReady no right',
    ]);
    pod.close();
  });

  test('repeat a problem that lasts, because the API server forgets Events', async () => {
    await using api = await apiServerDouble();
    const pod = ownPod({ api: kubeApi(api.connection), namespace: 'pullgate', environment, repeatMs: 5 });
    pod.tell('nodes', 'no right');
    assert.equal((await eventsOf(api, 2))[1], 'Warning NodesUnknown no right');
    pod.close();
  });

  test('are not written outside a pod', async () => {
    await using api = await apiServerDouble();
    const pod = ownPod({ api: kubeApi(api.connection), namespace: 'pullgate', environment: {} });
    pod.tell('start', 'no right');
    assert.deepEqual(api.requests, []);
    pod.close();
  });
});
