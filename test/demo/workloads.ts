import type { FindingKind } from '../../src/engine/finding.ts';
import type { JsonObject } from '../../src/lib/json.ts';

export type Verdict = 'allowed' | 'warned' | 'denied';

/** One workload of the demo, the command that creates or updates it, and the expected verdict. */
export interface Application extends Change {
  readonly title: string;
  readonly verdict: Verdict;
  /** The expected kinds of findings, in order. */
  readonly kinds: readonly FindingKind[];
}

interface Change {
  readonly command: string;
  /** The relevant fields of the file that is applied. */
  readonly fields?: string;
  readonly namespace: string;
  readonly object: JsonObject;
  /** The stored object, if this is an UPDATE. */
  readonly oldObject?: JsonObject;
  /** What kubectl prints on success, and before the reason of a denial. */
  readonly done: string;
  readonly failed: string;
}

const web = 'registry.example.com/shop/web';
const api = 'private.example.com/shop/api:2.0.0';
const worker = 'tokens.example.com/shop/worker:3.1.0';
const cart = 'down.example.com/shop/cart:1.0.0';

export const applications: readonly Application[] = [
  allowed('A public image', create('web', `${web}:1.4.2`)),
  denied('A tag that was never pushed', ['image-not-found'], create('web', `${web}:1.4.3`)),
  denied('The same tag in a rollout', ['image-not-found'], setImage('web', `${web}:1.4.2`, `${web}:v1.4.2`)),
  denied('A URL instead of an image', ['invalid-image-name'], create('web', `https://${web}:1.4.2`)),
  warned('No tag', ['latest-tag'], create('web', web)),
  allowed('A private image with its pull secret', apply('api', { image: api, secret: 'private-registry' })),
  allowed('A pull secret from the ServiceAccount', apply('worker', { image: worker, serviceAccount: 'worker' })),
  denied('A private image without a pull secret', ['access-denied'], apply('worker', { image: worker })),
  denied('An expired password', ['access-denied'], apply('api', { image: api, secret: 'old-password' })),
  denied('A secret of another namespace', ['access-denied'], apply('api', { image: api, secret: 'billing-registry' })),
  denied('A secret for another registry', ['access-denied'], apply('api', { image: api, secret: 'other-registry' })),
  denied('A secret of the wrong type', ['access-denied'], apply('api', { image: api, secret: 'opaque' })),
  denied('A truncated secret', ['pull-secret-malformed'], apply('api', { image: api, secret: 'truncated' })),
  denied(
    'An image only for arm64, on amd64 nodes',
    ['no-matching-platform'],
    create('edge', 'registry.example.com/shop/edge:2.0.0'),
  ),
  denied(
    'An image in the old schema 1 format',
    ['unsupported-manifest'],
    create('legacy', 'registry.example.com/shop/legacy:0.9'),
  ),
  denied(
    'Two containers, both broken',
    ['image-not-found', 'access-denied'],
    apply('web', { image: `${web}:1.5.0`, sidecar: worker }),
  ),
  warned(
    'Pull policy Never, and no node has the image',
    ['never-pull-absent'],
    apply('web', { image: `${web}:1.4.2`, policy: 'Never' }),
  ),
  warned('A registry that is down', ['registry-unreachable'], create('cart', cart)),
  warned(
    'A registry whose rate limit is reached',
    ['rate-limited'],
    create('mail', 'busy.example.com/shop/mail:1.0.0'),
  ),
  warned(
    'The missing tag again, in a namespace with profile audit',
    ['image-not-found'],
    create('web', `${web}:1.4.3`, 'sandbox'),
  ),
  allowed('More replicas of a running workload, while its registry is down', scale('cart', cart)),
];

function allowed(title: string, change: Change): Application {
  return { title, ...change, verdict: 'allowed', kinds: [] };
}

function warned(title: string, kinds: readonly FindingKind[], change: Change): Application {
  return { title, ...change, verdict: 'warned', kinds };
}

function denied(title: string, kinds: readonly FindingKind[], change: Change): Application {
  return { title, ...change, verdict: 'denied', kinds };
}

function create(name: string, image: string, namespace = 'shop'): Change {
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

function apply(name: string, { image, sidecar, secret, serviceAccount, policy }: Manifest): Change {
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

function setImage(name: string, before: string, image: string): Change {
  return {
    command: `kubectl set image deployment/${name} -n shop app=${image}`,
    namespace: 'shop',
    object: deployment(name, { containers: [{ name: 'app', image }] }),
    oldObject: deployment(name, { containers: [{ name: 'app', image: before }] }),
    done: `deployment.apps/${name} image updated`,
    failed: 'error: failed to patch image update to pod template',
  };
}

function scale(name: string, image: string): Change {
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
