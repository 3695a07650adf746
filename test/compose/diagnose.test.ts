import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runDiagnose, type DiagnoseOutcome } from '../../src/compose/diagnose-command.ts';
import { parseTarget, type DiagnoseTarget } from '../../src/compose/diagnose-target.ts';
import { arrayOf, descend, objectOf, objectsAt, textAt, type JsonObject } from '../../src/lib/json.ts';
import { failedPulls, noon } from '../diagnose/pods.ts';
import {
  apiServerDouble,
  reset,
  status,
  type ApiServerDouble,
  type StoredObject,
} from '../support/api-server-double.ts';
import { alice, basicRegistry, dockerConfigJson, publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { kubeconfigOf } from '../support/kubeconfig.ts';

/** Parts of a cluster with one Deployment and its pods. */
interface World {
  readonly api: ApiServerDouble;
  /** Host of the registry. */
  readonly host: string;
}

interface Run {
  readonly target?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

interface Result {
  readonly outcome: DiagnoseOutcome;
  readonly diagnoses: readonly JsonObject[];
  readonly notes: readonly unknown[];
}

const config = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
`;

/** Starts a registry and an API server, and runs `work` with a function that diagnoses. */
async function inWorld(
  secured: boolean,
  work: (world: World, diagnose: (run: Run) => Promise<Result>) => Promise<void>,
): Promise<void> {
  await using registry = await startScript(secured ? basicRegistry() : publicRegistry());
  await using api = await apiServerDouble();
  api.serve('/api/v1', ['pods', 'events']);
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-diagnose-'));
  try {
    await writeFile(join(folder, 'kubeconfig'), kubeconfigOf(api.connection.server, 'shop'));
    await writeFile(join(folder, 'pullgate.yaml'), config);
    api.put('shop', 'serviceaccounts', { metadata: { name: 'default' } });
    await work({ api, host: registry.symbols['registry'] ?? '' }, (run) => diagnose(folder, run));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function diagnose(folder: string, { target, ...run }: Run): Promise<Result> {
  let text = '';
  const outcome = await runDiagnose(
    {
      ...(target !== undefined && { target: parseTarget(target) as DiagnoseTarget }),
      allNamespaces: false,
      output: 'json',
      timeout: 120_000,
      kubeconfig: join(folder, 'kubeconfig'),
      config: join(folder, 'pullgate.yaml'),
      overrides: {},
      now: () => noon,
      ...run,
    },
    { stdout: { write: (part) => (text += part) }, stderr: { write: () => true } },
    new AbortController().signal,
  );
  const report = objectOf(JSON.parse(text));
  return { outcome, diagnoses: objectsAt(report, 'diagnoses'), notes: arrayOf(report['notes']) };
}

/** A pod that waits for `image`. `more` overrides its spec, `owner` names its ReplicaSet. */
function waiting(name: string, image: string, error: string, more: JsonObject = {}, owner?: string): StoredObject {
  const waits = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${error}` };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      labels: { app: 'web' },
      ...(owner !== undefined && {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: `uid-${owner}`, controller: true },
        ],
      }),
    },
    spec: { nodeName: 'node1', containers: [{ name: 'app', image }], ...more },
    status: { containerStatuses: [{ name: 'app', image, state: { waiting: waits } }] },
  };
}

const notFound =
  'rpc error: code = NotFound desc = failed to pull and unpack image "x": failed to resolve image: x: not found';
const denied =
  'failed to pull and unpack image "x": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
const timeout =
  'failed to pull and unpack image "x": failed to resolve image: failed to do request: Head "https://x/v2/a/manifests/v1": dial tcp 192.0.2.7:443: i/o timeout';

const upperCase = `couldn't parse image name "x": invalid reference format: repository name (Team/app) must be lowercase`;

/** What a diagnosis says in short: topic, cause, finding, relation. */
function inShort(diagnosis: JsonObject | undefined): readonly unknown[] {
  return [
    textAt(diagnosis, 'topic'),
    descend(diagnosis, ['kubelet'])['cause'],
    descend(diagnosis, ['registry'])['finding'],
    textAt(diagnosis, 'relation'),
  ];
}

describe('pullgate diagnose', () => {
  test('names a tag that the registry does not have, with the time of the next try', () =>
    inWorld(false, async ({ api, host }, run) => {
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v9`, notFound));
      for (const [at, event] of failedPulls(3, notFound, 20).entries()) {
        const involvedObject = { ...objectOf(event['involvedObject']), uid: 'uid-web-1' };
        api.put('shop', 'events', { ...event, involvedObject, metadata: { name: `e${at}` } });
      }
      const { outcome, diagnoses } = await run({ target: 'pod/web-1' });
      assert.equal(outcome, 'found');
      assert.deepEqual(inShort(diagnoses[0]), ['wrong reference', 'not-found', 'image-not-found', 'agree']);
      assert.deepEqual(
        [descend(diagnoses[0], ['retry'])['failures'], descend(diagnoses[0], ['retry'])['nextFrom']],
        [3, '2026-03-01T12:00:20.000Z'],
      );
    }));

  test('says that a pull works now, if it does', () =>
    inWorld(false, async ({ api, host }, run) => {
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v1`, notFound));
      assert.deepEqual(inShort((await run({})).diagnoses[0]), ['fixed since', 'not-found', null, 'healed']);
    }));

  test('points to the node if Pullgate reaches what the node does not', () =>
    inWorld(false, async ({ api, host }, run) => {
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v1`, timeout));
      const [diagnosis] = (await run({})).diagnoses;
      assert.deepEqual(inShort(diagnosis), ['the way from the node to the registry', 'timeout', null, 'node-only']);
      assert.deepEqual(arrayOf(diagnosis?.['commands']), [
        `crictl pull ${host}/team/app:v1`,
        `curl -v https://${host}/v2/`,
      ]);
    }));

  test('tries the pull secrets of the pod', () =>
    inWorld(true, async ({ api, host }, run) => {
      const spec = { imagePullSecrets: [{ name: 'regcred' }] };
      const data = { '.dockerconfigjson': Buffer.from(dockerConfigJson(host, alice)).toString('base64') };
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v1`, denied, spec));
      assert.deepEqual(inShort((await run({})).diagnoses[0]).slice(1), ['access-hidden', 'access-denied', 'agree']);
      api.put('shop', 'secrets', { metadata: { name: 'regcred' }, type: 'kubernetes.io/dockerconfigjson', data });
      assert.deepEqual(inShort((await run({})).diagnoses[0]).slice(1), ['access-hidden', null, 'healed']);
    }));

  test('finds the pods of a Deployment, tells them once, and corrects the Deployment', () =>
    inWorld(false, async ({ api, host }, run) => {
      const image = `${host}/Team/app:v1`;
      const template = { spec: { containers: [{ name: 'app', image }] } };
      const spec = { selector: { matchLabels: { app: 'web' } }, template };
      const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true };
      const deployments = '/apis/apps/v1/namespaces/shop/deployments/web';
      api.objects.set(deployments, { kind: 'Deployment', metadata: { name: 'web', uid: 'uid-web' }, spec });
      api.objects.set('/apis/apps/v1/namespaces/shop/replicasets/web-7d', {
        metadata: { name: 'web-7d', uid: 'uid-web-7d', ownerReferences: [owner] },
        spec: { template },
      });
      for (const name of ['web-7d-a', 'web-7d-b'])
        api.put('shop', 'pods', waiting(name, image, upperCase, {}, 'web-7d'));
      api.put('shop', 'pods', waiting('stray', image, notFound));
      const { diagnoses } = await run({ target: 'deploy/web' });
      assert.equal(diagnoses.length, 1);
      assert.deepEqual([diagnoses[0]?.['pod'], diagnoses[0]?.['alike']], ['web-7d-a', ['web-7d-b']]);
      assert.deepEqual(diagnoses[0]?.['workload'], { kind: 'Deployment', name: 'web' });
      const command = `kubectl set image deployment/web app=${host}/team/app:v1 -n shop`;
      assert.deepEqual(diagnoses[0]?.['commands'], [command]);
    }));

  test('looks at all namespaces', () =>
    inWorld(false, async ({ api, host }, run) => {
      const pod = waiting('web-1', `${host}/team/app:v9`, notFound);
      api.put('shop', 'pods', pod);
      api.put('other', 'pods', { ...pod, metadata: { ...pod.metadata, namespace: 'other', uid: 'uid-o' } });
      assert.deepEqual(
        (await run({ allNamespaces: true })).diagnoses.map(({ namespace }) => namespace),
        ['shop', 'other'],
      );
    }));

  test('finds nothing if no container waits', () =>
    inWorld(false, async ({ api }, run) => {
      api.put('shop', 'pods', {
        metadata: { name: 'ok', namespace: 'shop', uid: 'u' },
        status: { containerStatuses: [{ name: 'app', state: { running: {} } }] },
      });
      const { outcome, diagnoses } = await run({});
      assert.deepEqual([outcome, diagnoses.length], ['nothing', 0]);
    }));

  test('asks each image once for many pods', () =>
    inWorld(false, async ({ api, host }, run) => {
      for (let at = 0; at < 50; at++)
        api.put('shop', 'pods', waiting(`web-7d-${at}`, `${host}/team/app:v9`, notFound, {}, 'web-7d'));
      const { diagnoses } = await run({});
      assert.deepEqual([diagnoses.length, arrayOf(diagnoses[0]?.['alike']).length], [1, 49]);
    }));
});

describe('pullgate diagnose without a permission', () => {
  test('to list Events uses the status, and says so', () =>
    inWorld(false, async ({ api, host }, run) => {
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v9`, notFound));
      api.faults.set('/api/v1/namespaces/shop/events', [status(403, 'Forbidden')]);
      const { outcome, diagnoses, notes } = await run({});
      assert.equal(outcome, 'found');
      assert.deepEqual(inShort(diagnoses[0]), ['wrong reference', 'not-found', 'image-not-found', 'agree']);
      assert.match(String(notes[0]), /not allowed to list events in namespace "shop" .*messages in the status/);
    }));

  test('to get the secret names it, and says what is known', () =>
    inWorld(true, async ({ api, host }, run) => {
      const spec = { imagePullSecrets: [{ name: 'regcred' }] };
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v1`, denied, spec));
      api.faults.set('/api/v1/namespaces/shop/secrets/regcred', [status(403, 'Forbidden')]);
      const { diagnoses, notes } = await run({});
      assert.deepEqual(inShort(diagnoses[0]).slice(1), ['access-hidden', 'access-unknown', 'agree']);
      assert.ok(
        notes.some((note) => /not allowed to get secrets in namespace "shop"/.test(String(note))),
        String(notes),
      );
    }));

  test('to list nodes says that platforms are not compared', () =>
    inWorld(false, async ({ api, host }, run) => {
      api.put('shop', 'pods', waiting('web-1', `${host}/team/app:v9`, notFound));
      api.faults.set('/api/v1/nodes', [status(403, 'Forbidden')]);
      assert.ok(
        (await run({})).notes.some((note) =>
          /not allowed to list nodes \(kubectl auth can-i list nodes\)\./.test(String(note)),
        ),
      );
    }));

  test('to list pods says nothing but that', () =>
    inWorld(false, async ({ api }, run) => {
      api.faults.set('/api/v1/namespaces/shop/pods', [status(403, 'Forbidden')]);
      await assert.rejects(
        run({}),
        /not allowed to list pods in namespace "shop" \(kubectl auth can-i list pods -n shop\)/,
      );
    }));

  test('to get ReplicaSets tells the pod instead of the Deployment', () =>
    inWorld(false, async ({ api, host }, run) => {
      api.put('shop', 'pods', waiting('web-7d-a', `${host}/team/app:v9`, notFound, {}, 'web-7d'));
      api.faults.set('/apis/apps/v1/namespaces/shop/replicasets/web-7d', [status(403, 'Forbidden')]);
      const { diagnoses, notes } = await run({});
      assert.match(String(notes[0]), /not allowed to get replicasets in namespace "shop"/);
      assert.deepEqual(diagnoses[0]?.['workload'], { kind: 'Pod', name: 'web-7d-a' });
      assert.doesNotMatch(JSON.stringify(diagnoses[0]?.['commands']), /kubectl set image/);
    }));
});

describe('pullgate diagnose could not say', () => {
  test('why a pod waits that does not exist', () =>
    inWorld(false, async (_world, run) => {
      await assert.rejects(run({ target: 'pod/gone' }), /There is no pod "gone" in namespace "shop"/);
    }));

  test('everything if the API server goes away in the middle', () =>
    inWorld(false, async ({ api, host }, run) => {
      const item = waiting('web-1', `${host}/team/app:v9`, notFound);
      api.faults.set('/api/v1/namespaces/shop/pods', [
        (_request, response) => void response.end(JSON.stringify({ metadata: { continue: 'x' }, items: [item] })),
        reset,
      ]);
      const { outcome, diagnoses, notes } = await run({});
      assert.deepEqual([outcome, diagnoses.length], ['incomplete', 1]);
      assert.match(String(notes[0]), /did not answer when Pullgate tried to list pods/);
    }));
});

describe('pullgate diagnose is incomplete if the API server does not answer', () => {
  const spec = { imagePullSecrets: [{ name: 'regcred' }] };
  const paths = ['/api/v1/namespaces/shop/events', '/api/v1/namespaces/shop/secrets/regcred'];
  for (const path of paths) {
    test(path, () =>
      inWorld(true, async ({ api, host }, run) => {
        api.put('shop', 'pods', waiting('web-7d-a', `${host}/team/app:v1`, denied, spec, 'web-7d'));
        api.faults.set(path, [reset]);
        const { outcome, diagnoses } = await run({});
        assert.deepEqual([outcome, diagnoses.length], ['incomplete', 1]);
      }),
    );
  }
});

describe('a target', () => {
  const cases: readonly (readonly [text: string, kind: string | RegExp, name?: string])[] = [
    ['web-1', 'Pod', 'web-1'],
    ['pod/web-1', 'Pod', 'web-1'],
    ['po/web-1', 'Pod', 'web-1'],
    ['deploy/web', 'Deployment', 'web'],
    ['deployments.apps/web', 'Deployment', 'web'],
    ['StatefulSet/db', 'StatefulSet', 'db'],
    ['cj/nightly', 'CronJob', 'nightly'],
    ['deployments.extensions/web', /Use one of these kinds: pod, /],
    ['service/web', /Use one of these kinds/],
    ['pod/', /KIND\/NAME/],
    ['a/b/c', /KIND\/NAME/],
  ];
  for (const [text, kind, name] of cases) {
    test(text, () => {
      const parsed = parseTarget(text);
      if ('problem' in parsed) assert.match(parsed.problem, kind as RegExp);
      else assert.deepEqual([parsed.kind.kind, parsed.name], [kind, name]);
    });
  }
});
