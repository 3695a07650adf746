import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkWorkload } from '../../src/engine/check.ts';
import type { CheckOptions } from '../../src/engine/check-options.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { Redacted } from '../../src/lib/redacted.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions, pullSecret, rawSecret, type World } from '../support/fake-ports.ts';
import { deployment, node, pod, workloadOf } from '../support/pods.ts';

const host = 'registry.example.com';
const image = `${host}/app:1`;
const good = pullSecret('good', { [host]: 'alice' });
const wrong = pullSecret('wrong', { [host]: 'mallory' });
const elsewhere = pullSecret('elsewhere', { 'quay.io': 'alice' });
const privateImage = {
  'app:1': answers.noCredentials,
  'app:1 as alice': answers.found,
  'app:1 as mallory': answers.refused,
};

interface Case {
  readonly it: string;
  readonly images?: readonly string[];
  readonly spec?: JsonObject;
  readonly kind?: 'Pod' | 'Deployment';
  readonly world: World;
  readonly options?: Partial<CheckOptions>;
  /** `kind`, or `kind (mitigation)`; habits are left out. */
  readonly finds: readonly string[];
}

async function findingsOf(
  { images = [image], spec = {}, kind = 'Deployment', world, options }: Case,
  signal?: AbortSignal,
) {
  const object = kind === 'Pod' ? pod(images, spec) : deployment(images, spec);
  const workload = workloadOf(kind, object, 'team');
  const { ports, asked } = fakePorts({ serviceAccounts: { default: [] }, ...world });
  const plan = { workload, uses: workload.uses, serviceAccountApplied: kind === 'Pod' };
  const limit = signal ?? new AbortController().signal;
  const findings = await checkWorkload(plan, ports, { ...plainOptions, ...options }, limit);
  return { findings, asked };
}

const groups: Readonly<Record<string, readonly Case[]>> = {
  'the registry': [
    { it: 'has the image', world: { images: { 'app:1': answers.found } }, finds: [] },
    { it: 'has no such tag', world: {}, finds: ['image-not-found'] },
    { it: 'has no such name', images: ['Nope'], world: {}, finds: ['invalid-image-name'] },
    { it: 'is not asked for a blank image', images: [' '], world: {}, finds: ['invalid-image-name'] },
    { it: 'is busy', world: { images: { 'app:1': answers.throttled } }, finds: ['rate-limited'] },
    {
      it: 'does not resolve',
      world: { images: { 'app:1': answers.unreachable('dns-not-found') } },
      finds: ['registry-unknown-host'],
    },
    {
      it: 'is not trusted',
      world: { images: { 'app:1': answers.unreachable('tls-expired') } },
      finds: ['registry-untrusted'],
    },
    {
      it: 'is down',
      world: { images: { 'app:1': answers.unreachable('connection-refused') } },
      finds: ['registry-unreachable'],
    },
    {
      it: 'has what no runtime takes',
      world: { images: { 'app:1': answers.unsupported } },
      finds: ['unsupported-manifest'],
    },
    { it: 'was not asked', world: { images: { 'app:1': answers.notAsked } }, finds: ['not-checked'] },
    {
      it: 'is out, and had the image when it last answered',
      world: { images: { 'app:1': { ...answers.found, stale: answers.unreachable('timeout') } } },
      finds: ['registry-unreachable (last-known)'],
    },
    {
      it: 'is broken for one image of two',
      images: [image, `${host}/other:1`],
      world: { images: { 'app:1': answers.found } },
      finds: ['image-not-found'],
    },
  ],
  'the pull secret': [
    {
      it: 'is good',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: privateImage, secrets: { good } },
      finds: [],
    },
    { it: 'is not named', world: { images: privateImage, secrets: { good } }, finds: ['access-denied'] },
    {
      it: 'is wrong',
      spec: { imagePullSecrets: [{ name: 'wrong' }] },
      world: { images: privateImage, secrets: { wrong } },
      finds: ['access-denied'],
    },
    {
      it: 'is missing, which is told with the refusal',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: privateImage },
      finds: ['access-denied'],
    },
    {
      it: 'is missing, and not needed',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: { 'app:1': answers.found } },
      finds: ['pull-secret-missing'],
    },
    {
      it: 'is missing, and the next one is good',
      spec: { imagePullSecrets: [{ name: 'gone' }, { name: 'good' }] },
      world: { images: privateImage, secrets: { good } },
      finds: ['pull-secret-missing'],
    },
    {
      it: 'is for another registry',
      spec: { imagePullSecrets: [{ name: 'elsewhere' }] },
      world: { images: { 'app:1': answers.found }, secrets: { elsewhere } },
      finds: ['pull-secret-unusable'],
    },
    {
      it: 'serves another image of the same pod',
      images: [image, 'quay.io/team/tool:1'],
      spec: { imagePullSecrets: [{ name: 'elsewhere' }] },
      world: { images: { 'app:1': answers.found, 'team/tool:1': answers.found }, secrets: { elsewhere } },
      finds: [],
    },
    {
      it: 'does not parse: the good one beside it is never tried',
      spec: { imagePullSecrets: [{ name: 'good' }, { name: 'bad' }] },
      world: { images: privateImage, secrets: { good, bad: rawSecret('bad', '{"auths":[]}') } },
      finds: ['pull-secret-malformed'],
    },
    {
      it: 'may not be read: the refusal is in doubt',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: privateImage, secrets: { good: { kind: 'forbidden' } } },
      finds: ['access-unknown', 'pull-secret-unreadable'],
    },
    {
      it: 'is to come, and something announces it',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: privateImage, announced: ['good'] },
      options: { missingSecret: 'pending' },
      finds: ['access-denied (secret-pending)'],
    },
    {
      it: 'is to come, and nothing announces it',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: privateImage },
      options: { missingSecret: 'pending' },
      finds: ['access-denied'],
    },
    {
      it: 'is waited for where the operator says so',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: { images: privateImage },
      options: { missingSecret: 'warn' },
      finds: ['access-denied (secret-pending)'],
    },
  ],
  'the ServiceAccount': [
    {
      it: 'gives a template its secrets',
      world: { images: privateImage, secrets: { good }, serviceAccounts: { default: ['good'] } },
      finds: [],
    },
    {
      it: 'is passed over where the template has secrets of its own',
      spec: { imagePullSecrets: [{ name: 'wrong' }] },
      world: { images: privateImage, secrets: { good, wrong }, serviceAccounts: { default: ['good'] } },
      finds: ['access-denied'],
    },
    {
      it: 'has been applied to a Pod already',
      kind: 'Pod',
      world: { images: privateImage, secrets: { good }, serviceAccounts: { default: ['good'] } },
      finds: ['access-denied'],
    },
    {
      it: 'gave a Pod a secret of another registry, which is not the author’s choice',
      kind: 'Pod',
      spec: { imagePullSecrets: [{ name: 'elsewhere' }] },
      world: {
        images: { 'app:1': answers.found },
        secrets: { elsewhere },
        serviceAccounts: { default: ['elsewhere'] },
      },
      finds: [],
    },
    {
      it: 'gave a Pod a secret of the wrong type, which is not the author’s choice',
      kind: 'Pod',
      spec: { imagePullSecrets: [{ name: 'good' }] },
      world: {
        images: { 'app:1': answers.found },
        secrets: { good: { ...good, type: 'Opaque' } },
        serviceAccounts: { default: ['good'] },
      },
      finds: [],
    },
    {
      it: 'lists other secrets than a Pod, whose useless one is its author’s',
      kind: 'Pod',
      spec: { imagePullSecrets: [{ name: 'elsewhere' }] },
      world: { images: { 'app:1': answers.found }, secrets: { elsewhere }, serviceAccounts: { default: ['good'] } },
      finds: ['pull-secret-unusable'],
    },
    {
      it: 'cannot be read, so a Pod’s useless secret may be the account’s',
      kind: 'Pod',
      spec: { imagePullSecrets: [{ name: 'elsewhere' }] },
      world: {
        images: { 'app:1': answers.found },
        secrets: { elsewhere },
        serviceAccounts: { default: { kind: 'forbidden' } },
      },
      finds: [],
    },
    {
      it: 'is not there',
      spec: { serviceAccountName: 'builder' },
      world: { images: { 'app:1': answers.found } },
      finds: ['service-account-missing'],
    },
    {
      it: 'called default is made a moment after its namespace',
      world: { images: { 'app:1': answers.found }, serviceAccounts: {} },
      finds: [],
    },
    {
      it: 'may list a secret without a name, which the kubelet passes over',
      world: { images: privateImage, secrets: { good }, serviceAccounts: { default: ['', 'good'] } },
      finds: [],
    },
    {
      it: 'may list nothing but a secret without a name',
      world: { images: { 'app:1': answers.found }, serviceAccounts: { default: [''] } },
      finds: [],
    },
    {
      it: 'holds a secret for another registry, as it may',
      world: {
        images: { 'app:1': answers.found },
        secrets: { elsewhere },
        serviceAccounts: { default: ['elsewhere'] },
      },
      finds: [],
    },
  ],
  'the node': [
    {
      it: 'may hold a credential that its patterns cover',
      world: { images: privateImage },
      options: { nodeCredentials: { matchImages: ['*.example.com'], complete: true } },
      finds: ['access-unknown'],
    },
    {
      it: 'may hold any credential where knowledge is incomplete',
      world: { images: privateImage },
      options: { nodeCredentials: { matchImages: [], complete: false } },
      finds: ['access-unknown'],
    },
    {
      it: 'may do what a plugin could not do here',
      world: { images: privateImage, nodeKeyring: { undecided: [{ provider: 'ecr', reason: 'timeout' }] } },
      finds: ['access-unknown'],
    },
    {
      it: 'has a credential of its own that is good',
      world: {
        images: privateImage,
        nodeKeyring: {
          credentials: [
            {
              kind: 'basic',
              username: 'alice',
              password: new Redacted('p'),
              source: { kind: 'node-config', entry: host },
            },
          ],
        },
      },
      finds: [],
    },
    {
      it: 'has the image already',
      world: { nodes: [node('n', { images: new Set([image]) })] },
      finds: ['image-not-found (on-node)'],
    },
    {
      it: 'has the image already, but asks all the same under Always',
      spec: { containers: [{ name: 'c', image, imagePullPolicy: 'Always' }] },
      world: { nodes: [node('n', { images: new Set([image]) })] },
      finds: ['image-not-found'],
    },
  ],
  Never: [
    {
      it: 'and no node has it',
      spec: { containers: [{ name: 'c', image, imagePullPolicy: 'Never' }] },
      world: { nodes: [node('n')] },
      finds: ['never-pull-absent'],
    },
    {
      it: 'and nobody knows',
      spec: { containers: [{ name: 'c', image, imagePullPolicy: 'Never' }] },
      world: { nodes: [node('n', { imagesComplete: false })] },
      finds: ['never-pull'],
    },
  ],
  'a volume': [
    {
      it: 'that is mounted needs its image',
      images: [],
      spec: {
        containers: [{ name: 'c', image, volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
        volumes: [{ name: 'v', image: { reference: `${host}/data:1` } }],
      },
      world: { images: { 'app:1': answers.found } },
      finds: ['image-not-found'],
    },
    {
      it: 'that nothing mounts harms nothing',
      spec: { volumes: [{ name: 'v', image: { reference: `${host}/data:1` } }] },
      world: { images: { 'app:1': answers.found } },
      finds: ['image-not-found (unmounted)'],
    },
  ],
  'a template': [
    { it: 'may hold a placeholder', images: ['auto'], world: {}, finds: [] },
    {
      it: 'but a Pod may not: nothing replaces it any more',
      kind: 'Pod',
      images: ['auto'],
      world: {},
      finds: ['image-not-found'],
    },
    {
      it: 'is asked for under the name that its pods will carry',
      images: ['nginx:1'],
      world: { images: { 'hub/library/nginx:1': answers.found } },
      options: { rewrites: [{ from: 'docker.io', to: 'mirror.example.com/hub' }] },
      finds: [],
    },
  ],
};

const habits = new Set(['latest-tag', 'not-pinned']);

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    for (const one of cases) {
      test(one.it, async () => {
        const { findings } = await findingsOf(one);
        const found = findings
          .filter(({ kind }) => !habits.has(kind))
          .map(({ kind, mitigation }) => (mitigation === undefined ? kind : `${kind} (${mitigation})`));
        assert.deepEqual(found, one.finds);
      });
    }
  });
}

describe('habits', () => {
  const world = { images: { 'app:1': answers.found, 'app:latest': answers.found } };
  const digest = answers.digestOf('c');
  const cases = [
    { it: 'a tag is not pinned', image: `${host}/app:1`, finds: ['not-pinned'] },
    { it: 'no tag is latest', image: `${host}/app`, finds: ['latest-tag', 'not-pinned'] },
    { it: 'latest is latest', image: `${host}/app:latest`, finds: ['latest-tag', 'not-pinned'] },
    { it: 'a digest is both good and pinned', image: `${host}/app:latest@${digest}`, finds: [] },
  ];
  for (const { it, image: written, finds } of cases) {
    test(it, async () => {
      const images = { ...world.images, [`app@${digest}`]: answers.found };
      const { findings } = await findingsOf({ it, images: [written], world: { images }, finds });
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        finds,
      );
    });
  }
});

test('a missing tag comes with the tags that may have been meant', async () => {
  const { findings } = await findingsOf({
    it: '',
    world: { tags: ['1.0', '2', 'zebra'] },
    images: [`${host}/app:1.1`],
    finds: [],
  });
  const [finding] = findings;
  assert.ok(finding?.kind === 'image-not-found' && finding.nearestTags.includes('1.0'));
});

describe('at the deadline', () => {
  test('what has finished stands, and the rest is named as not checked', async () => {
    const stop = new AbortController();
    const workload = workloadOf('Pod', pod([image, 'slow.example.com/app:1', `${host}/gone:1`]), 'team');
    const { ports } = fakePorts({ images: { 'app:1': answers.found } });
    const registry = {
      ...ports.registry,
      resolve: async (...asked: Parameters<typeof ports.registry.resolve>) => {
        if (asked[0].reference.registry !== 'slow.example.com') return ports.registry.resolve(...asked);
        return new Promise<never>(() => setImmediate(() => stop.abort()));
      },
    };
    const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
    const findings = await checkWorkload(plan, { ...ports, registry }, plainOptions, stop.signal);
    const told = findings.filter(({ kind }) => !habits.has(kind)).map(({ kind, use }) => `${kind} ${use?.image}`);
    assert.deepEqual(told, ['not-checked slow.example.com/app:1', `image-not-found ${host}/gone:1`]);
  });

  test('a signal that has aborted already leaves every image unchecked', async () => {
    const { findings, asked } = await findingsOf(
      { it: '', images: [image, image], world: {}, finds: [] },
      AbortSignal.abort(),
    );
    assert.deepEqual([findings.map(({ kind }) => kind), asked.length <= 2], [['not-checked', 'not-checked'], true]);
  });

  test('a bug is no deadline: it is thrown', async () => {
    const workload = workloadOf('Pod', pod([image]), 'team');
    const { ports } = fakePorts({});
    const registry = { ...ports.registry, resolve: () => Promise.reject(new TypeError('a bug')) };
    const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
    const signal = new AbortController().signal;
    await assert.rejects(checkWorkload(plan, { ...ports, registry }, plainOptions, signal), TypeError);
  });
});
