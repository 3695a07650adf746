import { bearerRegistry } from '../support/registries.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './support/image-case.ts';
import { fakeDns } from './support/fake-dns.ts';
import { goodSecret } from './support/secrets.ts';

const users = { alice: { password: 's3cret' } };

/** A registry that requires a token from `realm`, and a server `other` that also issues tokens. */
function registryWith(realm: string, change: ServerScript = {}): RegistryScript {
  const auth = { scheme: 'bearer', users, anonymous: ['team/app'], realm } as const;
  const script = bearerRegistry({ auth, ...change });
  return { ...script, servers: { ...script.servers, other: { token: { users } } } };
}

const port = '{{registry.port}}';
const challenged = ['registry HEAD nobody 401'];

/** The host names of these tests. The config allows plain HTTP for the registries with these names. */
const resolveHost = fakeDns({
  'registry.test.example': ['127.0.0.1'],
  'login.test.example': ['127.0.0.1'],
  'registry.test.example.attacker.test': ['127.0.0.1'],
  'metadata.test.example': ['169.254.169.254'],
  'loop.test.example': ['127.0.0.2'],
  'login.elsewhere.test': ['127.0.0.1'],
});

function named(settings: { realmHosts?: readonly string[] } = {}) {
  const hosts = ['registry.test.example', 'registry.test.example.attacker.test'];
  return {
    resolveHost,
    image: `registry.test.example:${port}/team/app:v1`,
    settings: {
      ...settings,
      registries: hosts.map((host) => ({ host: `${host}:${port}`, insecure: true })),
      network: { allowAddresses: ['127.0.0.1'] },
    },
  };
}

/** Realms that get no credential. There is no request to `other`. */
const forbidden: readonly (readonly [it: string, realm: string, findings: string])[] = [
  ['on another host', 'http://localhost:{{other.port}}/token', 'not-checked: realm'],
  ['on another loopback address', `http://127.0.0.2:${port}/token`, 'not-checked: realm'],
  [
    'on a host that starts with the host of the registry',
    `http://127.0.0.1.attacker.test:${port}/token`,
    'not-checked: realm',
  ],
  ['with a user', 'http://alice@{{registry}}/token', 'not-checked: realm'],
  ['with a user and a password', 'http://alice:x@{{registry}}/token', 'not-checked: realm'],
  ['on a metadata service', 'http://169.254.169.254/token', 'not-checked: realm'],
];

const otherHosts: readonly (readonly [it: string, realm: string])[] = [
  ['in another domain', 'http://login.elsewhere.test:{{other.port}}/token'],
  ['on a host that starts with the host of the registry', `http://registry.test.example.attacker.test:${port}/token`],
  ['on loopback', 'http://{{other}}/token'],
  ['on loopback by name', 'http://localhost:{{other.port}}/token'],
];

testImages([
  ...forbidden.map(([it, url, findings]): ImageCase => ({
    it: `F64 a realm ${it} gets no credential`,
    registry: registryWith(url),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: [findings],
    requests: challenged,
  })),
  ...otherHosts.map(([it, url]): ImageCase => ({
    it: `F64 a realm ${it} gets no credential of a registry with a host name`,
    registry: registryWith(url),
    ...named(),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: ['not-checked: realm'],
    requests: challenged,
  })),
  {
    it: 'F64 a realm in the same domain gets the credential',
    registry: registryWith('http://login.test.example:{{other.port}}/token'),
    ...named(),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: [],
    requests: [
      ...challenged,
      'other POST form alice 405',
      'other GET Basic alice 200',
      'registry HEAD Bearer alice 200',
    ],
  },
  {
    it: 'F64 a realm that the operator allows gets the credential',
    registry: registryWith('http://login.elsewhere.test:{{other.port}}/token'),
    ...named({ realmHosts: ['login.elsewhere.test'] }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: [],
  },
  ...['metadata', 'loop'].map((name): ImageCase => ({
    it: `F64 a realm whose name resolves to a forbidden address (${name}) gets no connection`,
    registry: registryWith(`http://${name}.test.example:{{other.port}}/token`),
    ...named(),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: ['not-checked: address'],
    requests: challenged,
  })),
  {
    it: 'F64 a realm with plain HTTP gets no credential of a registry with HTTPS',
    registry: registryWith('http://{{registry}}/token', { listen: 'https' }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: ['not-checked: insecure-realm'],
    requests: challenged,
  },
  {
    it: 'F64 a redirect from a realm is not followed',
    registry: registryWith('http://{{registry}}/token', {
      rules: [{ match: { path: '^/token' }, do: { status: 307, headers: { Location: 'http://{{other}}/token' } } }],
    }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: ['registry-unreachable: token-answer'],
    requests: [...challenged, 'registry POST form alice 307'],
  },
  {
    it: 'F64 without a credential, a realm can be on any host',
    registry: registryWith('http://localhost:{{other.port}}/token'),
    allowed: true,
    findings: [],
    requests: [...challenged, 'other GET nobody 200', 'registry HEAD Bearer anonymous 200'],
  },
  ...['http://169.254.169.254/token', 'http://2852039166/token', 'http://metadata.google.internal/token'].map(
    (url): ImageCase => ({
      it: `F64 without a credential, a realm cannot be ${url}`,
      registry: registryWith(url),
      allowed: true,
      findings: ['not-checked: address'],
      requests: challenged,
    }),
  ),
  {
    it: 'F64 a secret for a host is not used for a longer host name that starts with it',
    registry: registryWith('http://{{registry}}/token'),
    ...named(),
    image: `registry.test.example.attacker.test:${port}/team/app:v1`,
    secrets: (host) => {
      const [, ownPort = ''] = host.split(':');
      return ['registry.test.example', '*.test.example'].map((name) => goodSecret(`${name}:${ownPort}`));
    },
    allowed: true,
    findings: ['pull-secret-unusable', 'pull-secret-unusable'],
    requests: [...challenged, 'registry GET nobody 200', 'registry HEAD Bearer anonymous 200'],
  },
]);
