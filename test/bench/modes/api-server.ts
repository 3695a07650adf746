import { Agent, request } from 'undici';
import { controlPlaneAvailable } from '../../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../../support/control-plane/control-plane.ts';
import { succeed } from '../../support/control-plane/kubectl.ts';
import type { Figure, Mode } from '../figure.ts';
import { startEcho, startPullgate, type Target } from '../target.ts';
import { startRegistry } from '../workloads.ts';

const clients = 8;
const creates = 600;
const rounds = 3;

export const apiServer: Mode = {
  name: 'api-server',
  about:
    'a dry run of a Deployment at a real kube-apiserver: without a webhook, with the minimal server, with Pullgate',
  async run(scale) {
    if ((await controlPlaneAvailable()).kind === 'absent') return undefined;
    await using registry = await startRegistry(['v1']);
    await using echo = await startEcho();
    await using pullgate = await startPullgate();
    await using plane = await startControlPlane({ controllers: false });
    const create = await creatorOf(plane, registry.image('v1'));
    const times: Record<string, number[]> = { none: [], minimal: [], pullgate: [] };
    for (let round = 0; round < Math.ceil(rounds * scale); round += 1) {
      for (const [name, target] of Object.entries({ none: undefined, minimal: echo, pullgate })) {
        await use(plane, target);
        await createMany(create, 50);
        times[name]?.push(...(await createMany(create, Math.ceil(creates * scale))));
      }
    }
    const p50 = (name: string) =>
      (times[name] ?? []).toSorted((one, other) => one - other)[Math.floor((times[name]?.length ?? 0) / 2)] ?? 0;
    const figures: readonly Figure[] = [
      { name: 'median time without a webhook', value: p50('none'), unit: 'ms' },
      { name: 'median time with the minimal server', value: p50('minimal'), unit: 'ms' },
      { name: 'median time with Pullgate', value: p50('pullgate'), unit: 'ms' },
      {
        name: 'times that of the minimal server',
        value: p50('pullgate') / p50('minimal'),
        unit: 'x',
        goal: { most: 1.1 },
      },
    ];
    return figures;
  },
};

/** Returns a function that creates a Deployment in a dry run, and returns how long that took, in ms. */
async function creatorOf(plane: ControlPlane, image: string): Promise<() => Promise<number>> {
  await succeed(plane.kubectl, ['create', 'namespace', 'team']);
  await succeed(plane.kubectl, ['create', 'serviceaccount', 'creator', '-n', 'team']);
  await succeed(plane.kubectl, [
    'create',
    'clusterrolebinding',
    'creator',
    '--clusterrole=cluster-admin',
    '--serviceaccount=team:creator',
  ]);
  const token = (await succeed(plane.kubectl, ['create', 'token', 'creator', '-n', 'team'])).trim();
  const dispatcher = new Agent({ connect: { ca: plane.ca }, connections: clients });
  const labels = { app: 'web' };
  const body = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    },
  });
  return async () => {
    const startedAt = performance.now();
    const response = await request(`${plane.url}/apis/apps/v1/namespaces/team/deployments?dryRun=All`, {
      method: 'POST',
      dispatcher,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    });
    const text = await response.body.text();
    if (response.statusCode !== 201) throw new Error(text);
    return performance.now() - startedAt;
  };
}

async function createMany(create: () => Promise<number>, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) times.push(await create());
    }),
  );
  return times;
}

/** Makes the API server call `target`, or no webhook. */
async function use({ kubectl }: ControlPlane, target: Target | undefined): Promise<void> {
  await kubectl(['delete', 'validatingwebhookconfiguration', 'bench', '--ignore-not-found']);
  if (target === undefined) return;
  const { ca } = target.agent.options;
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'bench' },
    webhooks: [
      {
        name: 'bench.pullgate.dev',
        clientConfig: {
          url: `https://127.0.0.1:${target.port}/validate`,
          caBundle: Buffer.from(String(ca)).toString('base64'),
        },
        rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
  await succeed(kubectl, ['create', '-f', '-'], JSON.stringify(configuration));
}
