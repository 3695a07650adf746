import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { commonAnnouncers, kubeAnnouncements } from '../../src/cluster/announcements.ts';
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
    title: 'a SealedSecret with another name in its template is ignored',
    at: sealedSecrets,
    spec: { template: { metadata: { name: 'other' } } },
    announced: undefined,
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
    return announcements.announcedBy('shop', secret, AbortSignal.timeout(5000));
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
    const own = { kind: 'VaultSecret', apiVersion: 'example.com/v1', resource: 'vaultsecrets', secretName: ['spec'] };
    assert.equal(await announcedBy('pull', [own]), 'VaultSecret');
  });

  test('a name that no Secret can have causes no request', async () => {
    const before = server.requests.length;
    for (const name of ['', '../../secrets', 'a/b', 'A']) assert.equal(await announcedBy(name), undefined);
    assert.equal(server.requests.length, before);
  });
});
