import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kubeAnnouncements, manifestAnnouncements } from '../../src/cluster/announcements.ts';
import { commonAnnouncers, withCommonAnnouncers } from '../../src/cluster/announcers.ts';
import type { Announcer } from '../../src/engine/announcer.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';

const externalSecrets = '/apis/external-secrets.io/v1/namespaces/shop/externalsecrets';
const oldExternalSecrets = '/apis/external-secrets.io/v1beta1/namespaces/shop/externalsecrets';
const sealedSecrets = '/apis/bitnami.com/v1alpha1/namespaces/shop/sealedsecrets';

const cases: readonly {
  readonly title: string;
  readonly at?: string;
  readonly spec?: unknown;
  readonly announced: string | undefined;
}[] = [
  { title: 'nothing is found if no object announces the Secret', announced: undefined },
  { title: 'an ExternalSecret with the name of the Secret is found', at: externalSecrets, announced: 'ExternalSecret' },
  { title: 'an ExternalSecret of an older release is found', at: oldExternalSecrets, announced: 'ExternalSecret' },
  {
    title: 'an ExternalSecret whose target is the Secret is found',
    at: externalSecrets,
    spec: { target: { name: 'pull' } },
    announced: 'ExternalSecret',
  },
  {
    title: 'an ExternalSecret with another target is ignored',
    at: externalSecrets,
    spec: { target: { name: 'other' } },
    announced: undefined,
  },
  {
    title: 'a target that is not an object is ignored',
    at: externalSecrets,
    spec: { target: 'pull' },
    announced: 'ExternalSecret',
  },
  { title: 'a SealedSecret with the name of the Secret is found', at: sealedSecrets, announced: 'SealedSecret' },
  {
    title: 'a SealedSecret is found whatever name its template has',
    at: sealedSecrets,
    spec: { template: { metadata: { name: 'other' } } },
    announced: 'SealedSecret',
  },
];

describe('kubeAnnouncements', () => {
  let server: ApiServerDouble;
  before(async () => {
    server = await apiServerDouble();
  });
  after(() => server.close());

  function announcedBy(secret: string, announcers = commonAnnouncers): Promise<string | undefined> {
    const announcements = kubeAnnouncements(kubeApi(server.connection, { pauseMs: 1 }), announcers);
    return announcements.announcedBy('shop', secret, AbortSignal.timeout(60_000));
  }

  for (const { title, at, spec, announced } of cases) {
    test(title, async () => {
      server.objects.clear();
      if (at !== undefined) server.objects.set(`${at}/pull`, { metadata: { name: 'pull' }, spec });
      assert.equal(await announcedBy('pull'), announced);
    });
  }

  test('an object that may not be read announces nothing and hides no other object', async () => {
    server.objects.clear();
    server.faults.set(`${externalSecrets}/pull`, [status(403, 'Forbidden')]);
    server.objects.set(`${sealedSecrets}/pull`, { metadata: { name: 'pull' } });
    assert.equal(await announcedBy('pull'), 'SealedSecret');
    server.faults.clear();
  });

  test('a kind that is not installed announces nothing', async () => {
    server.objects.clear();
    server.faults.set(`${externalSecrets}/pull`, [
      (_request, response) => void response.writeHead(404).end('404 page not found'),
    ]);
    assert.equal(await announcedBy('pull'), undefined);
    server.faults.clear();
  });

  test('a kind that the operator adds is found', async () => {
    server.objects.set('/apis/example.com/v1/namespaces/shop/vaultsecrets/pull', { metadata: { name: 'pull' } });
    const own = {
      kind: 'VaultSecret',
      apiVersion: 'example.com/v1',
      resource: 'vaultsecrets',
      secretNames: ['spec.name'],
    };
    assert.equal(await announcedBy('pull', [own]), 'VaultSecret');
  });

  test('an object of another name is found in the list of its namespace', async () => {
    server.objects.clear();
    const items = [{ metadata: { name: 'logins' }, spec: { target: { name: 'pull' } } }];
    server.faults.set(externalSecrets, [
      (_request, response) => void response.writeHead(200).end(JSON.stringify({ metadata: {}, items })),
    ]);
    assert.equal(await announcedBy('pull'), 'ExternalSecret');
    assert.equal(await announcedBy('other'), undefined);
    server.faults.clear();
  });

  test('a name that no Secret can have causes no request', async () => {
    const before = server.requests.length;
    for (const name of ['', '../../secrets', 'a/b', 'A']) assert.equal(await announcedBy(name), undefined);
    assert.equal(server.requests.length, before);
  });
});

const reflector = 'reflector.v1.k8s.emberstack.com';
const manifests: readonly (readonly [title: string, object: object, announced: string | undefined])[] = [
  ['ExternalSecret by its target', { ...external({ target: { name: 'pull' } }) }, 'ExternalSecret'],
  [
    'ExternalSecret that only fills a Secret',
    external({ target: { name: 'pull', creationPolicy: 'Merge' } }),
    undefined,
  ],
  [
    'ClusterExternalSecret, into any namespace',
    cluster({ externalSecretSpec: { target: { name: 'pull' } } }),
    'ClusterExternalSecret',
  ],
  [
    'ClusterExternalSecret that only fills Secrets',
    cluster({ externalSecretSpec: { target: { name: 'pull', creationPolicy: 'Merge' } } }),
    undefined,
  ],
  ['VaultStaticSecret that creates it', vault({ destination: { name: 'pull', create: true } }), 'VaultStaticSecret'],
  ['VaultStaticSecret that does not', vault({ destination: { name: 'pull' } }), undefined],
  [
    'SopsSecret among its templates',
    object('isindir.github.com/v1alpha3', 'SopsSecret', { secretTemplates: [{ name: 'x' }, { name: 'pull' }] }),
    'SopsSecret',
  ],
  [
    'InfisicalSecret in its own list',
    object('secrets.infisical.com/v1alpha1', 'InfisicalSecret', {
      managedKubeSecretReferences: [{ secretName: 'pull' }],
    }),
    'InfisicalSecret',
  ],
  ['OnePasswordItem by its own name', object('onepassword.com/v1', 'OnePasswordItem', {}, 'pull'), 'OnePasswordItem'],
  [
    'DopplerSecret for another namespace',
    object('secrets.doppler.com/v1alpha1', 'DopplerSecret', { managedSecret: { name: 'pull', namespace: 'other' } }),
    undefined,
  ],
  [
    'Secret that Reflector copies here',
    copied({
      [`${reflector}/reflection-auto-enabled`]: 'true',
      [`${reflector}/reflection-auto-namespaces`]: 'a,sho.*',
    }),
    'Reflector',
  ],
  [
    'Secret that Reflector copies elsewhere',
    copied({ [`${reflector}/reflection-auto-enabled`]: 'true', [`${reflector}/reflection-auto-namespaces`]: 'a' }),
    undefined,
  ],
  ['Secret that config-syncer copies', copied({ 'kubed.appscode.com/sync': '' }), 'config-syncer'],
  [
    'Secret that the replicator copies',
    copied({ 'replicator.v1.mittwald.de/replicate-to': 'shop' }),
    'kubernetes-replicator',
  ],
  ['Secret that nobody copies', copied({}), undefined],
];

function object(apiVersion: string, kind: string, spec: object, name = 'any'): object {
  return { apiVersion, kind, metadata: { name }, spec };
}

function external(spec: object): object {
  return object('external-secrets.io/v1', 'ExternalSecret', spec);
}

function cluster(spec: object): object {
  return object('external-secrets.io/v1', 'ClusterExternalSecret', spec);
}

function vault(spec: object): object {
  return object('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', spec);
}

function copied(annotations: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pull', namespace: 'source', annotations } };
}

describe('manifestAnnouncements: the Secret is announced by', () => {
  for (const [title, value, announced] of manifests) {
    test(`${announced === undefined ? 'no ' : 'a '}${title}`, async () => {
      const announcements = manifestAnnouncements([value], 'shop');
      assert.equal(await announcements.announcedBy('shop', 'pull', AbortSignal.abort()), announced);
    });
  }
});

const login: Announcer = {
  kind: 'RegistryLogin',
  apiVersion: 'example.com/v1',
  resource: 'registrylogins',
  secretNames: ['spec.targets[*].secret'],
};
const loginObject = object('example.com/v1', 'RegistryLogin', { targets: [{ secret: 'x' }, { secret: 'pull' }] });
const plain = { ...login, secretNames: [] };

const own: readonly {
  readonly it: string;
  readonly announcers: readonly Announcer[];
  readonly object: object;
  readonly announced?: string;
}[] = [
  { it: 'an unknown kind announces nothing', announcers: [], object: loginObject },
  { it: 'the names are at the path', announcers: [login], object: loginObject, announced: 'RegistryLogin' },
  {
    it: 'without a path, the Secret has the name of the object',
    announcers: [plain],
    object: object('example.com/v1', 'RegistryLogin', {}, 'pull'),
    announced: 'RegistryLogin',
  },
  {
    it: 'an object of another version is read like one of the known version',
    announcers: [login],
    object: { ...loginObject, apiVersion: 'example.com/v2' },
    announced: 'RegistryLogin',
  },
  {
    it: 'the rule of the version of the object has priority',
    announcers: [{ ...login, apiVersion: 'example.com/v2', secretNames: ['spec.other'] }, login],
    object: loginObject,
    announced: 'RegistryLogin',
  },
  {
    it: 'a kind of the same name in another group announces nothing',
    announcers: [login],
    object: { ...loginObject, apiVersion: 'example.org/v1' },
  },
  {
    it: 'an absent field counts as null in onlyIf',
    announcers: [{ ...login, onlyIf: { path: 'spec.suspend', oneOf: [false, null] } }],
    object: loginObject,
    announced: 'RegistryLogin',
  },
  {
    it: 'an absent field does not count as another value in onlyIf',
    announcers: [{ ...login, onlyIf: { path: 'spec.create', oneOf: [true] } }],
    object: loginObject,
  },
  {
    it: 'the namespace is at its path',
    announcers: [{ ...plain, namespace: 'spec.in' }],
    object: object('example.com/v1', 'RegistryLogin', { in: 'other' }, 'pull'),
  },
  {
    it: 'the known kinds stay',
    announcers: [login],
    object: external({ target: { name: 'pull' } }),
    announced: 'ExternalSecret',
  },
  {
    it: 'a known kind is replaced',
    announcers: [
      { ...login, kind: 'ExternalSecret', apiVersion: 'external-secrets.io/v1', secretNames: ['spec.name'] },
    ],
    object: external({ target: { name: 'pull' } }),
  },
];

describe('announcers that the operator adds', () => {
  for (const { it, announcers, object: value, announced } of own) {
    test(it, async () => {
      const announcements = manifestAnnouncements([value], 'shop', withCommonAnnouncers(announcers));
      assert.equal(await announcements.announcedBy('shop', 'pull', AbortSignal.abort()), announced);
    });
  }
});
