import { bearerRegistry } from '../support/registries.ts';
import { fakeDns } from './support/fake-dns.ts';
import { testImages, type ImageCase } from './support/image-case.ts';
import { goodSecret } from './support/secrets.ts';

const users = { alice: { password: 's3cret' } };

/** Names of two owners: of a registry, and of a server that issues tokens and would receive its passwords. */
const strangers: readonly (readonly [registry: string, realm: string])[] = [
  ['good.eastus.cloudapp.azure.com', 'evil.eastus.cloudapp.azure.com'],
  ['good.eastus.cloudapp.azure.com', 'evil.westeurope.cloudapp.azure.com'],
  ['good.10.0.0.1.nip.io', 'evil.10.0.0.2.nip.io'],
  ['good.run.app', 'evil.run.app'],
  ['good-1.elb.eu-west-1.amazonaws.com', 'evil-1.elb.eu-west-1.amazonaws.com'],
  ['registry.team-a.svc.cluster.local', 'token.team-b.svc.cluster.local'],
  ['registry.team-a.svc', 'token.team-b.svc'],
];

/** A registry and its token service, of one owner. */
const siblings: readonly (readonly [registry: string, realm: string])[] = [
  ['registry.example.test', 'token.example.test'],
  ['registry.team-a.svc.cluster.local', 'token.team-a.svc.cluster.local'],
  ['registry.cn-hangzhou.aliyuncs.com', 'dockerauth.cn-hangzhou.aliyuncs.com'],
];

function imageCase([registry, realm]: readonly [string, string], isAllowed: boolean): ImageCase {
  const auth = { scheme: 'bearer', users, realm: `http://${realm}:{{other.port}}/token` } as const;
  const script = bearerRegistry({ auth });
  return {
    it: `F106 a registry at ${registry} with a realm at ${realm} ${isAllowed ? 'gets a token' : 'gives no password away'}`,
    registry: { ...script, servers: { ...script.servers, other: { token: { users } } } },
    image: `${registry}:{{registry.port}}/team/app:v1`,
    secrets: (host) => [goodSecret(host)],
    settings: {
      registries: [{ host: `${registry}:{{registry.port}}`, insecure: true }],
      network: { allowAddresses: ['127.0.0.1'] },
    },
    resolveHost: fakeDns({ [registry]: ['127.0.0.1'], [realm]: ['127.0.0.1'] }),
    allowed: true,
    findings: isAllowed ? [] : ['not-checked: realm'],
    requests: [
      'registry HEAD nobody 401',
      ...(isAllowed
        ? ['other POST form alice 405', 'other GET Basic alice 200', 'registry HEAD Bearer alice 200']
        : []),
    ],
  };
}

testImages([...strangers.map((names) => imageCase(names, false)), ...siblings.map((names) => imageCase(names, true))]);
