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
import type { Reviewed } from '../support/admission-client.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { alice, basicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

/** A real API server that lets Pullgate read only the secrets in `team`, and a registry that accepts them. */
interface Stage {
  readonly plane: ControlPlane;
  readonly registry: RunningScript;
}

const needs = await needsControlPlane();
let started: Promise<Stage> | undefined;

/** The stage that all tests share. It starts when the first test needs it. */
function stage(): Promise<Stage> {
  return (started ??= startStage());
}

async function startStage(): Promise<Stage> {
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
  const running = await started;
  await running?.registry.close();
  await running?.plane.stop();
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

const unknownAccess = ['access-unknown: no-credentials', 'pull-secret-unreadable'];

test('F27 a secret that RBAC forbids gives a warning; a secret in another namespace is read', needs, async () => {
  await using connection = await connectAs('pullgate');
  await using pullgate = await startPullgate({}, { connection });
  const granted = await review(pullgate, 'team');
  assert.deepEqual([granted.allowed, kindsIn(granted)], [true, []], granted.text);
  const forbidden = await review(pullgate, 'closed');
  assert.deepEqual([forbidden.allowed, kindsIn(forbidden)], [true, unknownAccess], forbidden.text);
  assert.ok(forbidden.ms < stretched(2_000), `${forbidden.ms} ms`);
  await assertHealthy(pullgate);
});

test('F33 a 429 from API priority and fairness gives a warning', needs, async () => {
  const { plane } = await stage();
  await succeed(plane.kubectl, ['create', 'serviceaccount', 'limited', '-n', 'pullgate']);
  await succeed(plane.kubectl, ['apply', '-f', '-'], JSON.stringify(oneSeat));
  await using connection = await connectAs('limited');
  const release = await takeAllSeats(connection);
  await using pullgate = await startPullgate({}, { connection });
  const answer = await review(pullgate, 'team').finally(release);
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, unknownAccess], answer.text);
  assert.ok(answer.ms < stretched(2_000), `${answer.ms} ms`);
  assert.equal((await pullgate.get('/healthz')).status, 200);
});

test('F33 an API server that does not respond gives a warning, until it responds again', needs, async () => {
  const { plane } = await stage();
  await using connection = await connectAs('pullgate');
  await using pullgate = await startPullgate({}, { connection });
  const resume = plane.freeze();
  const frozen = await review(pullgate, 'team').finally(resume);
  assert.deepEqual([frozen.allowed, kindsIn(frozen)], [true, unknownAccess], frozen.text);
  assert.ok(frozen.ms < stretched(5_000), `${frozen.ms} ms`);
  const answer = await review(pullgate, 'team');
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
  await assertHealthy(pullgate);
});

/** API priority and fairness: allows one ServiceAccount one request at a time (one seat), and rejects the others. */
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
            subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: 'limited', namespace: 'pullgate' } }],
            resourceRules: [
              { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true },
            ],
          },
        ],
      },
    },
  ],
};

/**
 * Sends requests without their bodies until the next request gets 429. The API server needs time to load a flow schema.
 */
async function takeAllSeats(connection: Connection): Promise<() => void> {
  const api = kubeApi(connection);
  const deadline = AbortSignal.timeout(60_000);
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
