import type { FindingKind } from '../../src/engine/finding.ts';
import type { JsonObject } from '../../src/lib/json.ts';

export type Verdict = 'allowed' | 'warned' | 'refused';

/** One workload of the demo, what a person does to bring it to the cluster, and what must come of it. */
export interface Application extends Deed {
  readonly title: string;
  readonly verdict: Verdict;
  /** Of the findings, in their order. */
  readonly kinds: readonly FindingKind[];
}

interface Deed {
  readonly command: string;
  /** What counts in the file that is applied. */
  readonly fields?: string;
  readonly namespace: string;
  readonly object: JsonObject;
  /** What is stored already, where it is an UPDATE. */
  readonly oldObject?: JsonObject;
  /** What kubectl prints where it goes through, and before the reason where it does not. */
  readonly done: string;
  readonly failed: string;
}

const web = 'registry.example.com/shop/web';
const api = 'private.example.com/shop/api:2.0.0';
const worker = 'tokens.example.com/shop/worker:3.1.0';
const cart = 'down.example.com/shop/cart:1.0.0';

export const applications: readonly Application[] = [
  allowed('A public image', create('web', `${web}:1.4.2`)),
  refused('A tag that was never pushed', ['image-not-found'], create('web', `${web}:1.4.3`)),
  refused('The same in a roll-out', ['image-not-found'], setImage('web', `${web}:1.4.2`, `${web}:v1.4.2`)),
  refused('A URL in place of an image', ['invalid-image-name'], create('web', `https://${web}:1.4.2`)),
  warned('No tag', ['latest-tag'], create('web', web)),
  allowed('A private image with its pull secret', apply('api', { image: api, secret: 'private-registry' })),
  allowed('A pull secret by way of the ServiceAccount', apply('worker', { image: worker, serviceAccount: 'worker' })),
  refused('A private image without a pull secret', ['access-denied'], apply('worker', { image: worker })),
  refused('An old password', ['access-denied'], apply('api', { image: api, secret: 'old-password' })),
  refused('A secret of another namespace', ['access-denied'], apply('api', { image: api, secret: 'billing-registry' })),
  refused('A secret for another registry', ['access-denied'], apply('api', { image: api, secret: 'other-registry' })),
  refused('A secret of the wrong type', ['access-denied'], apply('api', { image: api, secret: 'opaque' })),
  refused('A secret that was cut short', ['pull-secret-malformed'], apply('api', { image: api, secret: 'cut-short' })),
  refused(
    'An image for arm64 alone, on nodes of amd64',
    ['no-matching-platform'],
    create('edge', 'registry.example.com/shop/edge:2.0.0'),
  ),
  refused(
    'An image in the format of 2014',
    ['unsupported-manifest'],
    create('legacy', 'registry.example.com/shop/legacy:0.9'),
  ),
  refused(
    'Never pulled, and on no node',
    ['never-pull-absent'],
    apply('web', { image: `${web}:1.4.2`, policy: 'Never' }),
  ),
  refused(
    'Two containers, both broken',
    ['image-not-found', 'access-denied'],
    apply('web', { image: `${web}:1.5.0`, sidecar: worker }),
  ),
  warned('A registry that is down', ['registry-unreachable'], create('cart', cart)),
  warned('A registry whose quota is used up', ['rate-limited'], create('mail', 'busy.example.com/shop/mail:1.0.0')),
  warned(
    'The missing tag again, in a namespace with the profile "audit"',
    ['image-not-found'],
    create('web', `${web}:1.4.3`, 'sandbox'),
  ),
  allowed('More replicas of what runs already, though its registry is down', scale('cart', cart)),
];

function allowed(title: string, deed: Deed): Application {
  return { title, ...deed, verdict: 'allowed', kinds: [] };
}

function warned(title: string, kinds: readonly FindingKind[], deed: Deed): Application {
  return { title, ...deed, verdict: 'warned', kinds };
}

function refused(title: string, kinds: readonly FindingKind[], deed: Deed): Application {
  return { title, ...deed, verdict: 'refused', kinds };
}

function create(name: string, image: string, namespace = 'shop'): Deed {
  return {
    command: `kubectl create deployment ${name} -n ${namespace} --image=${image}`,
    namespace,
    object: deployment(name, { containers: [{ name: 'app', image }] }),
    done: `deployment.apps/${name} created`,
    failed: 'error: failed to create deployment',
  };
}

interface Manifest {
  readonly image: string;
  readonly sidecar?: string;
  readonly secret?: string;
  readonly serviceAccount?: string;
  readonly policy?: string;
}

function apply(name: string, { image, sidecar, secret, serviceAccount, policy }: Manifest): Deed {
  const fields = [
    image,
    ...(sidecar === undefined ? [] : [sidecar]),
    ...(policy === undefined ? [] : [`imagePullPolicy: ${policy}`]),
    ...(secret === undefined ? [] : [`imagePullSecrets: [${secret}]`]),
    ...(serviceAccount === undefined ? [] : [`serviceAccountName: ${serviceAccount}`]),
  ];
  const spec = {
    containers: [
      { name: 'app', image, ...(policy === undefined ? {} : { imagePullPolicy: policy }) },
      ...(sidecar === undefined ? [] : [{ name: 'sidecar', image: sidecar }]),
    ],
    ...(secret === undefined ? {} : { imagePullSecrets: [{ name: secret }] }),
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
  };
  return {
    command: `kubectl apply -n shop -f ${name}.yaml`,
    fields: fields.join(', '),
    namespace: 'shop',
    object: deployment(name, spec),
    done: `deployment.apps/${name} created`,
    failed: `Error from server (Forbidden): error when creating "${name}.yaml"`,
  };
}

function setImage(name: string, before: string, image: string): Deed {
  return {
    command: `kubectl set image deployment/${name} -n shop app=${image}`,
    namespace: 'shop',
    object: deployment(name, { containers: [{ name: 'app', image }] }),
    oldObject: deployment(name, { containers: [{ name: 'app', image: before }] }),
    done: `deployment.apps/${name} image updated`,
    failed: 'error: failed to patch image update to pod template',
  };
}

function scale(name: string, image: string): Deed {
  const spec = { containers: [{ name: 'app', image }] };
  return {
    command: `kubectl scale deployment ${name} -n shop --replicas=5`,
    namespace: 'shop',
    object: deployment(name, spec, 5),
    oldObject: deployment(name, spec),
    done: `deployment.apps/${name} scaled`,
    failed: 'Error from server (Forbidden)',
  };
}

function deployment(name: string, spec: JsonObject, replicas = 1): JsonObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, template: { spec } } };
}
