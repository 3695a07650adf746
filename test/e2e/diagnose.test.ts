import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { errorIn } from '../../src/diagnose/read-message.ts';
import { descend, objectOf, objectsAt, textAt, type JsonObject } from '../../src/lib/json.ts';
import { recordedMessages, sandboxMessages, type RecordedMessage } from '../diagnose/recorded-messages.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const namespace = 'sick';
const written = 'registry.example.com/team/app:v1';

/** What a pod of the test waits for: a recorded message, in the status or only in an Event. */
interface Patient {
  readonly name: string;
  readonly recorded: RecordedMessage;
}

const patients: readonly Patient[] = [...recordedMessages, ...sandboxMessages].map((recorded, at) => ({
  name: `p${at}-${recorded.cause}`,
  recorded,
}));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('pullgate diagnose on a real API server', async () => {
  const { skip } = await needsControlPlane();
  if (skip !== undefined) {
    test('is skipped', { skip });
    return;
  }
  let plane: ControlPlane;
  let registry: RunningScript;
  let folder: string;
  let host: string;
  let nurse: string;

  before(async () => {
    [plane, registry] = await Promise.all([startControlPlane(), startScript(publicRegistry())]);
    host = registry.symbols['registry'] ?? '';
    folder = await mkdtemp(join(tmpdir(), 'pullgate-diagnose-'));
    await writeFile(join(folder, 'pullgate.yaml'), config);
    await succeed(plane.kubectl, ['create', 'namespace', namespace]);
    await succeed(plane.kubectl, ['wait', '--for=create', 'serviceaccount/default', '-n', namespace, '--timeout=60s']);
    await apply(patients.map(({ name, recorded }) => podOf(name, recorded, host)));
    const statuses = patients.map(({ name, recorded }) => ({
      ...podOf(name, recorded, host),
      ...statusOf(recorded, host),
    }));
    await apply(statuses, ['--subresource=status']);
    await apply(await eventsOf());
    nurse = await accountWith('nurse', [
      { apiGroups: [''], resources: ['pods', 'events', 'nodes'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['secrets', 'serviceaccounts'], verbs: ['get'] },
    ]);
  });

  after(async () => {
    await plane.stop();
    await registry.close();
    await rm(folder, { recursive: true });
  });

  async function apply(objects: readonly JsonObject[], more: readonly string[] = []): Promise<void> {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await succeed(plane.kubectl, ['apply', '--server-side', '--force-conflicts', ...more, '-f', '-'], list);
  }

  /** One Event for each pod that needs one: its uid is known only to the API server. */
  async function eventsOf(): Promise<readonly JsonObject[]> {
    const pods = objectOf(JSON.parse(await succeed(plane.kubectl, ['get', 'pods', '-n', namespace, '-o', 'json'])));
    const uids = new Map(
      objectsAt(pods, 'items').map(({ metadata }) => [textAt(metadata, 'name'), textAt(metadata, 'uid')]),
    );
    return patients.flatMap(({ name, recorded }) => eventOf(name, uids.get(name) ?? '', recorded, host));
  }

  /** Returns the kubeconfig of a ServiceAccount that may do only what the rules allow. */
  async function accountWith(name: string, rules: readonly JsonObject[]): Promise<string> {
    const metadata = { name };
    await succeed(plane.kubectl, ['create', 'serviceaccount', name, '-n', 'default']);
    await apply([
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, rules },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
      },
    ]);
    const token = await succeed(plane.kubectl, ['create', 'token', name, '-n', 'default']);
    return plane.kubeconfigFor(name, token.trim());
  }

  function diagnose(kubeconfig: string, ...args: readonly string[]): Promise<Ran> {
    const all = [main, 'diagnose', '--kubeconfig', kubeconfig, '--config', join(folder, 'pullgate.yaml'), ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, all, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }

  test('names the cause of each recorded message', async () => {
    const { code, stdout, stderr } = await diagnose(nurse, '-n', namespace, '-o', 'json');
    assert.equal(code, 1, stderr);
    const found = new Map(
      objectsAt(JSON.parse(stdout), 'diagnoses').map((diagnosis) => [
        textAt(diagnosis, 'pod'),
        descend(diagnosis, ['kubelet'])['cause'],
      ]),
    );
    for (const { name, recorded } of patients) assert.equal(found.get(name), recorded.cause, recorded.message);
    assert.equal(found.size, patients.length);
  });

  test('tells one pod as text, with both sides', async () => {
    const name = patients.find(({ recorded }) => recorded.cause === 'timeout')?.name ?? '';
    const { code, stdout } = await diagnose(nurse, `pod/${name}`, '-n', namespace);
    assert.equal(code, 1);
    assert.match(stdout, /: the way from the node to the registry\n/);
    assert.match(stdout, /kubelet {3}The registry did not answer the node in time\./);
    assert.match(stdout, /now {7}127\.0\.0\.1:\d+ would serve the image to this pod\./);
    assert.match(stdout, /crictl pull 127\.0\.0\.1:\d+\/team\/app:v1\n/);
  });

  test('uses the status if Events are forbidden, and names the permission', async () => {
    const account = await accountWith('visitor', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]);
    const name = patients.find(({ recorded }) => recorded.cause === 'not-found')?.name ?? '';
    const { code, stdout } = await diagnose(account, `pod/${name}`, '-n', namespace);
    assert.equal(code, 1);
    assert.match(stdout, /kubelet {3}The registry does not have the tag/);
    assert.match(stdout, /note: Your account is not allowed to list events in namespace "sick"/);
    assert.match(stdout, /note: Your account is not allowed to get serviceaccounts in namespace "sick"|list nodes/);
  });

  test('exits with 2 and one line if pods are forbidden or do not exist', async () => {
    const stranger = await accountWith('stranger', []);
    const denied = await diagnose(stranger, '-n', namespace);
    assert.deepEqual([denied.code, denied.stdout], [2, '']);
    assert.match(denied.stderr, /^pullgate: Your account is not allowed to list pods in namespace "sick" .*\n$/);
    const missing = await diagnose(nurse, 'pod/nobody', '-n', namespace);
    assert.deepEqual([missing.code, missing.stderr], [2, 'pullgate: There is no pod "nobody" in namespace "sick".\n']);
  });

  test('exits with 0 if nothing waits', async () => {
    const { code, stdout } = await diagnose(nurse, '-n', 'default');
    assert.deepEqual([code, stdout], [0, '0 pods: no container waits for its image\n']);
  });
});

const config = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
`;

/** The recorded text, about the registry of the test. */
function about(host: string, text: string): string {
  return text.replaceAll(written, `${host}/team/app:v1`);
}

function podOf(name: string, { cause }: RecordedMessage, host: string): JsonObject {
  const image = cause === 'invalid-name' ? `${host}/Team/App:v1` : `${host}/team/app:v1`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { nodeName: 'node1', containers: [{ name: 'app', image }] },
  };
}

/** The Event has the message if the status of that kubelet has none. */
function isInEvent({ reason, message }: RecordedMessage): boolean {
  return reason === 'ContainerCreating' || message.startsWith('Failed to pull image ');
}

function statusOf(recorded: RecordedMessage, host: string): JsonObject {
  const { reason } = recorded;
  const image = `${host}/team/app:v1`;
  const message = isInEvent(recorded)
    ? reason === 'ContainerCreating'
      ? ''
      : `Back-off pulling image "${image}"`
    : about(host, recorded.message);
  const waiting = {
    reason: isInEvent(recorded) && reason !== 'ContainerCreating' ? 'ImagePullBackOff' : reason,
    ...(message !== '' && { message }),
  };
  const container = {
    name: 'app',
    image,
    imageID: '',
    ready: false,
    restartCount: 0,
    started: false,
    state: { waiting },
  };
  return { status: { phase: 'Pending', containerStatuses: [container] } };
}

function eventOf(name: string, uid: string, recorded: RecordedMessage, host: string): readonly JsonObject[] {
  const sandbox = recorded.reason === 'ContainerCreating';
  if (!isInEvent(recorded) || errorIn(recorded.message).error === '') return [];
  const at = new Date().toISOString().replace(/\.\d+/, '');
  return [
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.1`, namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        name,
        namespace,
        uid,
        ...(!sandbox && { fieldPath: 'spec.containers{app}' }),
      },
      reason: sandbox ? 'FailedCreatePodSandBox' : 'Failed',
      message: about(host, recorded.message),
      type: 'Warning',
      count: 3,
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: 'kubelet', host: 'node1' },
    },
  ];
}
