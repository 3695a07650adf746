import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { registrableDomain } from '../../../src/registry/login/registrable-domain.ts';

const domains: readonly (readonly [host: string, domain: string | undefined])[] = [
  ['a.b.example.com', 'example.com'],
  ['example.com', 'example.com'],
  ['com', undefined],
  ['co.uk', undefined],
  ['x.co.uk', 'x.co.uk'],
  ['azurecr.io', undefined],
  ['a.mine.azurecr.io', undefined],
  ['mine.github.io', 'mine.github.io'],
  ['10.0.0.1', undefined],
  ['[::1]', undefined],
  ['a..b', undefined],
];

describe('registrableDomain', () => {
  for (const [host, domain] of domains) {
    test(`${host}: ${domain ?? 'undefined'}`, () => assert.equal(registrableDomain(host), domain));
  }
});

/** Names of two customers of one host, or of two namespaces of one cluster. */
const strangers: readonly (readonly [one: string, other: string])[] = [
  ['vm1.eastus.cloudapp.azure.com', 'vm2.westeurope.cloudapp.azure.com'],
  ['vm1.usgovvirginia.cloudapp.usgovcloudapi.net', 'vm2.usgovvirginia.cloudapp.usgovcloudapi.net'],
  ['app.happyhill-70162bb9.canadacentral.azurecontainerapps.io', 'evil.nicehill-1.canadacentral.azurecontainerapps.io'],
  ['ep1-abc.z01.azurefd.net', 'ep2-def.z01.azurefd.net'],
  ['a.scm.azurewebsites.net', 'b.scm.azurewebsites.net'],
  ['a-preview.westeurope.7.azurestaticapps.net', 'b-preview.westeurope.7.azurestaticapps.net'],
  ['111111111111.dkr-ecr.eu-west-1.on.aws', '222222222222.dkr-ecr.eu-west-1.on.aws'],
  ['lb1.elb.eu-west-1.amazonaws.com', '111111111111.dkr.ecr.eu-west-1.amazonaws.com'],
  ['111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn', '222222222222.dkr.ecr.cn-north-1.amazonaws.com.cn'],
  ['4.3.2.1.bc.googleusercontent.com', '8.7.6.5.bc.googleusercontent.com'],
  ['a.storage.googleapis.com', 'b.storage.googleapis.com'],
  ['acct1.z13.web.core.windows.net', 'acct2.z13.web.core.windows.net'],
  ['a.fra1.cdn.digitaloceanspaces.com', 'b.fra1.cdn.digitaloceanspaces.com'],
  ['ns1.objectstorage.us-ashburn-1.oci.customer-oci.com', 'ns2.objectstorage.us-ashburn-1.oci.customer-oci.com'],
  ['a.containers.yandexcloud.net', 'b.containers.yandexcloud.net'],
  ['a.website.eu-central-1.linodeobjects.com', 'b.website.eu-central-1.linodeobjects.com'],
  ['45.32.108.54.vultrusercontent.com', '45.76.26.42.vultrusercontent.com'],
  ['static.1.2.3.4.clients.your-server.de', 'static.5.6.7.8.clients.your-server.de'],
  ['vps-0fde778b.vps.ovh.net', 'vps-420c0bae.vps.ovh.net'],
  ['vmi1.contaboserver.net', 'vmd2.contaboserver.net'],
  ['app.abc.us-south.codeengine.appdomain.cloud', 'evil.def.us-south.codeengine.appdomain.cloud'],
  ['a.apps.c1.abcd.p1.openshiftapps.com', 'b.apps.c2.efgh.p1.openshiftapps.com'],
  ['a.azurecr.io', 'b.azurecr.io'],
  ['a.jfrog.io', 'b.jfrog.io'],
  ['a.tencentcloudcr.com', 'b.tencentcloudcr.com'],
  ['name-1-3000.app.github.dev', 'name-2-3000.app.github.dev'],
  ['abc-5000.inc1.devtunnels.ms', 'def-5000.inc1.devtunnels.ms'],
  ['a.loca.lt', 'b.loca.lt'],
  ['a.lhr.life', 'b.lhr.life'],
  ['a.serveo.net', 'b.serveo.net'],
  ['a.share.zrok.io', 'b.share.zrok.io'],
  ['a-org.koyeb.app', 'b-org.koyeb.app'],
  ['a.mooo.com', 'b.mooo.com'],
  ['a.afraid.org', 'freedns.afraid.org'],
  ['a.1.2.3.4.nip.io', 'b.5.6.7.8.nip.io'],
  ['rg1.fr-par.scw.cloud', 'x.functions.fnc.fr-par.scw.cloud'],
  ['a.eastus.cloudapp.azure.com', 'b.eastus.cloudapp.azure.com'],
  ['ip-10-0-0-1.eu-west-1.compute.internal', 'ip-10-0-0-2.eu-west-1.compute.internal'],
  ['ip-10-0-0-1.ec2.internal', 'ip-10-0-0-2.ec2.internal'],
  ['registry.10.0.0.1.nip.io', 'token.10.0.0.2.nip.io'],
  ['a.10-0-0-1.sslip.io', 'b.10-0-0-2.sslip.io'],
  ['a.traefik.me', 'b.traefik.me'],
  ['a.run.app', 'b.run.app'],
  ['a.europe-west1.run.app', 'b.europe-west1.run.app'],
  ['a.web.app', 'b.web.app'],
  ['a.ngrok.io', 'b.ngrok.io'],
  ['a.ngrok-free.app', 'b.ngrok-free.app'],
  ['a.duckdns.org', 'b.duckdns.org'],
  ['registry.team-a.svc.cluster.local', 'token.team-b.svc.cluster.local'],
  ['registry.team-a.svc', 'token.team-b.svc'],
  ['registry.team-a', 'token.team-b'],
  ['registry.team-a.svc.cluster.local', 'evil.cluster.local'],
  ['a.registry.team-a.svc.corp.example.com', 'token.team-b.svc.corp.example.com'],
  ['registry.team-a.svc.cluster.local', '10-0-0-1.team-b.pod.cluster.local'],
];

/** Registries whose token service is another host of the same owner. */
const siblings: readonly (readonly [registry: string, tokenService: string])[] = [
  ['registry-1.docker.io', 'auth.docker.io'],
  ['registry.gitlab.com', 'gitlab.com'],
  ['docker.elastic.co', 'docker-auth.elastic.co'],
  ['registry.digitalocean.com', 'api.digitalocean.com'],
  ['registry.cn-hangzhou.aliyuncs.com', 'dockerauth.cn-hangzhou.aliyuncs.com'],
  ['crpi-x.cn-beijing.personal.cr.aliyuncs.com', 'dockerauth.cn-hangzhou.aliyuncs.com'],
  ['team-docker.pkg.coding.net', 'auth.pkg.coding.net'],
  ['registry.example.co.uk', 'auth.example.co.uk'],
  ['registry.team-a.svc.cluster.local', 'token.team-a.svc.cluster.local'],
  ['registry.corp.internal', 'token.corp.internal'],
];

describe('the owner', () => {
  for (const [one, other] of strangers) {
    test(`of ${one} and of ${other} differ, or are unknown`, () => {
      assert.ok(registrableDomain(one) === undefined || registrableDomain(one) !== registrableDomain(other));
    });
  }

  for (const [registry, tokenService] of siblings) {
    test(`of ${registry} and of ${tokenService} is the same`, () => {
      assert.notEqual(registrableDomain(registry), undefined);
      assert.equal(registrableDomain(registry), registrableDomain(tokenService));
    });
  }
});
