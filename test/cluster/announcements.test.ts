import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { commonAnnouncers, kubeAnnouncements } from '../../src/cluster/announcements.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';

const externalSecrets = '/apis/external-secrets.io/v1/namespaces/shop/externalsecrets';
const oldExternalSecrets = '/apis/external-secrets.io/v1beta1/namespaces/shop/externalsecrets';
const sealedSecrets = '/apis/bitnami.com/v1alpha1/namespaces/shop/sealedsecrets';

const cases: readonly {
  readonly it: string;
  readonly at?: string;
  readonly spec?: unknown;
  readonly announced: string | undefined;
}[] = [
  { it: 'nothing announces it', announced: undefined },
  { it: 'an ExternalSecret of its name', at: externalSecrets, announced: 'ExternalSecret' },
  { it: 'an ExternalSecret of an older release', at: oldExternalSecrets, announced: 'ExternalSecret' },
  {
    it: 'an ExternalSecret that names its target',
    at: externalSecrets,
    spec: { target: { name: 'pull' } },
    announced: 'ExternalSecret',
  },
  {
    it: 'an ExternalSecret of its name for another target is none',
    at: externalSecrets,
    spec: { target: { name: 'other' } },
    announced: undefined,
  },
  { it: 'a target that is no object', at: externalSecrets, spec: { target: 'pull' }, announced: 'ExternalSecret' },
  { it: 'a SealedSecret of its name', at: sealedSecrets, announced: 'SealedSecret' },
  {
    it: 'a SealedSecret whose template has another name is none',
    at: sealedSecrets,
    spec: { template: { metadata: { name: 'other' } } },
    announced: undefined,
  },
];

describe('announcements', () => {
  let server: ApiServerDouble;
  before(async () => {
    server = await apiServerDouble();
  });
  after(() => server.close());

  function announcedBy(secret: string, announcers = commonAnnouncers): Promise<string | undefined> {
    const announcements = kubeAnnouncements(kubeApi(server.connection, { pauseMs: 1 }), announcers);
    return announcements.announcedBy('shop', secret, AbortSignal.timeout(5000));
  }

  for (const { it: sentence, at, spec, announced } of cases) {
    it(sentence, async () => {
      server.objects.clear();
      if (at !== undefined) server.objects.set(`${at}/pull`, { metadata: { name: 'pull' }, spec });
      assert.equal(await announcedBy('pull'), announced);
    });
  }

  it('what may not be read announces nothing, and hides nothing', async () => {
    server.objects.clear();
    server.faults.set(`${externalSecrets}/pull`, [status(403, 'Forbidden')]);
    server.objects.set(`${sealedSecrets}/pull`, { metadata: { name: 'pull' } });
    assert.equal(await announcedBy('pull'), 'SealedSecret');
    server.faults.clear();
  });

  it('a kind that the cluster does not know announces nothing', async () => {
    server.objects.clear();
    server.faults.set(`${externalSecrets}/pull`, [
      (_request, response) => void response.writeHead(404).end('404 page not found'),
    ]);
    assert.equal(await announcedBy('pull'), undefined);
    server.faults.clear();
  });

  it('a kind of the operator counts', async () => {
    server.objects.set('/apis/example.com/v1/namespaces/shop/vaultsecrets/pull', { metadata: { name: 'pull' } });
    const own = { kind: 'VaultSecret', apiVersion: 'example.com/v1', resource: 'vaultsecrets', secretName: ['spec'] };
    assert.equal(await announcedBy('pull', [own]), 'VaultSecret');
  });

  it('a name that no secret can have is not asked for', async () => {
    const before = server.requests.length;
    for (const name of ['', '../../secrets', 'a/b', 'A']) assert.equal(await announcedBy(name), undefined);
    assert.equal(server.requests.length, before);
  });
});
