import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Connection } from '../../src/cluster/connection.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubeconfigConnection } from '../../src/cluster/kubeconfig.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests } from '../support/overlay.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate, type Reviewed, type RunningPullgate } from '../support/pullgate.ts';
import { alice, basicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { told } from './told.ts';

/** A real API server that grants Pullgate the secrets of `team` alone, and a registry that they open. */
interface Stage {
  readonly plane: ControlPlane;
  readonly registry: RunningScript;
}

const needs = await needsControlPlane();
let started: Promise<Stage> | undefined;

/** The stage is set when the first test asks for it: where none is asked for, nothing is started. */
function stage(): Promise<Stage> {
  return (started ??= setStage());
}

async function setStage(): Promise<Stage> {
  const [plane, registry] = await Promise.all([
    startControlPlane({ controllers: false }),
    startScript(basicRegistry()),
  ]);
  await succeed(plane.kubectl, ['apply', '-k', join(manifests, 'overlays/namespaced-secrets')]);
  const login = [`--docker-username=${alice.username}`, `--docker-password=${alice.password}`];
  const secret = ['secret', 'docker-registry', 's', `--docker-server=${hostOf(registry)}`, ...login];
  for (const namespace of ['team', 'closed']) {
    await succeed(plane.kubectl, ['create', 'namespace', namespace]);
    await succeed(plane.kubectl, ['create', ...secret, '-n', namespace]);
  }
  const reader = ['--clusterrole=pullgate-read-pull-secrets', '--serviceaccount=pullgate:pullgate'];
  await succeed(plane.kubectl, ['create', 'rolebinding', 'pullgate', ...reader, '-n', 'team']);
  return { plane, registry };
}

after(async () => {
  const set = await started;
  await set?.registry.close();
  await set?.plane.stop();
});

function hostOf(registry: RunningScript): string {
  return registry.substitute('{{registry}}');
}

async function connectAs(serviceAccount: string): Promise<Connection & AsyncDisposable> {
  const { plane } = await stage();
  const token = await succeed(plane.kubectl, ['create', 'token', serviceAccount, '-n', 'pullgate']);
  const connection = await kubeconfigConnection({ file: await plane.kubeconfigFor(serviceAccount, token.trim()) });
  return { ...connection, [Symbol.asyncDispose]: () => connection.close() };
}

async function review(pullgate: RunningPullgate, namespace: string): Promise<Reviewed> {
  const { registry } = await stage();
  const object = deployment([`${hostOf(registry)}/team/app:v1`], { imagePullSecrets: [{ name: 's' }] });
  return pullgate.review(object, { namespace });
}

const otherHost = ['access-unknown: no-credentials', 'pull-secret-unreadable'];

test('F27 a secret that RBAC forbids leaves a doubt, where that of another namespace is read', needs, async () => {
  await using connection = await connectAs('pullgate');
  await using pullgate = await startPullgate({}, { connection });
  const granted = await review(pullgate, 'team');
  assert.deepEqual([granted.allowed, told(granted)], [true, []], granted.text);
  const forbidden = await review(pullgate, 'closed');
  assert.deepEqual([forbidden.allowed, told(forbidden)], [true, otherHost], forbidden.text);
  assert.ok(forbidden.ms < 2_000, `${forbidden.ms} ms`);
  await assertHealthy(pullgate);
});

test('F33 an API server that has no seat left for Pullgate, and answers 429, leaves a doubt', needs, async () => {
  const { plane } = await stage();
  await succeed(plane.kubectl, ['create', 'serviceaccount', 'unseated', '-n', 'pullgate']);
  await succeed(plane.kubectl, ['apply', '-f', '-'], JSON.stringify(oneSeat));
  await using connection = await connectAs('unseated');
  const leave = await takeAllSeats(connection);
  await using pullgate = await startPullgate({}, { connection });
  const answer = await review(pullgate, 'team').finally(leave);
  assert.deepEqual([answer.allowed, told(answer)], [true, otherHost], answer.text);
  assert.ok(answer.ms < 2_000, `${answer.ms} ms`);
  assert.equal((await pullgate.get('/healthz')).status, 200);
});

test('F33 an API server that is frozen leaves a doubt, and none once it moves again', needs, async () => {
  const { plane } = await stage();
  await using connection = await connectAs('pullgate');
  await using pullgate = await startPullgate({}, { connection });
  const thaw = plane.freeze();
  const frozen = await review(pullgate, 'team').finally(thaw);
  assert.deepEqual([frozen.allowed, told(frozen)], [true, otherHost], frozen.text);
  assert.ok(frozen.ms < 5_000, `${frozen.ms} ms`);
  const answer = await review(pullgate, 'team');
  assert.deepEqual([answer.allowed, told(answer)], [true, []], answer.text);
  await assertHealthy(pullgate);
});

/** API priority and fairness that lets one ServiceAccount have a request under way, and refuses the next. */
const oneSeat = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'one-seat' },
      spec: {
        type: 'Limited',
        limited: { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } },
      },
    },
    {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name: 'one-seat' },
      spec: {
        priorityLevelConfiguration: { name: 'one-seat' },
        matchingPrecedence: 100,
        rules: [
          {
            subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: 'unseated', namespace: 'pullgate' } }],
            resourceRules: [
              { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true },
            ],
          },
        ],
      },
    },
  ],
};

/** Requests whose bodies never come, until the next is refused: the API server hears of a new flow schema after a moment. */
async function takeAllSeats(connection: Connection): Promise<() => void> {
  const api = kubeApi(connection);
  const deadline = AbortSignal.timeout(15_000);
  const seats = new AbortController();
  const { dispatcher, headers } = await connection.session(false);
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const endless = { ...headers, 'content-type': 'application/json', 'content-length': '100' };
  for (;;) {
    const body = new Readable({ read: () => undefined });
    const seat = { origin: connection.server, path, method: 'POST', headers: endless, body, signal: seats.signal };
    dispatcher.request(seat as Dispatcher.RequestOptions).catch(() => undefined);
    const lookup = await api.get('/api/v1/namespaces/team/secrets/s', deadline);
    if (lookup.kind === 'unavailable' && lookup.reason === 'throttled') return () => seats.abort();
    await sleep(100, undefined, { signal: deadline });
  }
}
