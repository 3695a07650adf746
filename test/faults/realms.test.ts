import { bearerRegistry } from '../support/registries.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './image-case.ts';
import { namesOf } from './names.ts';
import { goodSecret } from './secrets.ts';

const users = { alice: { password: 's3cret' } };

/** A registry behind tokens of `realm`, and another server, which gives tokens as well as anybody. */
function realm(realm: string, change: ServerScript = {}): RegistryScript {
  const auth = { scheme: 'bearer', users, anonymous: ['team/app'], realm } as const;
  const script = bearerRegistry({ auth, ...change });
  return { ...script, servers: { ...script.servers, other: { token: { users } } } };
}

const port = '{{registry.port}}';
const challenged = ['registry HEAD nobody 401'];

/** Names are looked up where a test says; their registries speak plain http, which the config allows. */
const resolveHost = namesOf({
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

/** Realms that no credential is sent to: nobody at `other` is asked at all. */
const forbidden: readonly (readonly [it: string, realm: string, told: string])[] = [
  ['of another host', 'http://localhost:{{other.port}}/token', 'not-checked: realm'],
  ['of another loopback address', `http://127.0.0.2:${port}/token`, 'not-checked: realm'],
  ["of a host that begins with the registry's", `http://127.0.0.1.attacker.test:${port}/token`, 'not-checked: realm'],
  ['with a user', 'http://alice@{{registry}}/token', 'not-checked: realm'],
  ['with a user and a password', 'http://alice:x@{{registry}}/token', 'not-checked: realm'],
  ['of a metadata service', 'http://169.254.169.254/token', 'not-checked: realm'],
];

const strangers: readonly (readonly [it: string, realm: string])[] = [
  ['of another domain', 'http://login.elsewhere.test:{{other.port}}/token'],
  ["of a host that begins with the registry's", `http://registry.test.example.attacker.test:${port}/token`],
  ['on loopback', 'http://{{other}}/token'],
  ['on loopback by name', 'http://localhost:{{other.port}}/token'],
];

testImages([
  ...forbidden.map(([it, url, told]): ImageCase => ({
    it: `F64 a realm ${it} is sent no credential`,
    registry: realm(url),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: [told],
    seen: challenged,
  })),
  ...strangers.map(([it, url]): ImageCase => ({
    it: `F64 a realm ${it} is sent no credential of a registry with a name`,
    registry: realm(url),
    ...named(),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: ['not-checked: realm'],
    seen: challenged,
  })),
  {
    it: 'F64 a realm of the same domain is sent the credential',
    registry: realm('http://login.test.example:{{other.port}}/token'),
    ...named(),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: [],
    seen: [...challenged, 'other POST form alice 405', 'other GET Basic alice 200', 'registry HEAD Bearer alice 200'],
  },
  {
    it: 'F64 so is one that the operator names',
    registry: realm('http://login.elsewhere.test:{{other.port}}/token'),
    ...named({ realmHosts: ['login.elsewhere.test'] }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: [],
  },
  ...['metadata', 'loop'].map((name): ImageCase => ({
    it: `F64 a realm whose name leads to a forbidden address (${name}) is not dialled`,
    registry: realm(`http://${name}.test.example:{{other.port}}/token`),
    ...named(),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: ['not-checked: address'],
    seen: challenged,
  })),
  {
    it: 'F64 a realm in plain text is sent no credential of a registry that speaks https',
    registry: realm('http://{{registry}}/token', { listen: 'https' }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: ['not-checked: insecure-realm'],
    seen: challenged,
  },
  {
    it: 'F64 a realm that redirects is not followed',
    registry: realm('http://{{registry}}/token', {
      rules: [{ match: { path: '^/token' }, do: { status: 307, headers: { Location: 'http://{{other}}/token' } } }],
    }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: ['registry-unreachable: token-answer'],
    seen: [...challenged, 'registry POST form alice 307'],
  },
  {
    it: 'F64 without a credential a realm may be anywhere',
    registry: realm('http://localhost:{{other.port}}/token'),
    allowed: true,
    told: [],
    seen: [...challenged, 'other GET nobody 200', 'registry HEAD Bearer anonymous 200'],
  },
  ...['http://169.254.169.254/token', 'http://2852039166/token', 'http://metadata.google.internal/token'].map(
    (url): ImageCase => ({
      it: `F64 but not at ${url}`,
      registry: realm(url),
      allowed: true,
      told: ['not-checked: address'],
      seen: challenged,
    }),
  ),
  {
    it: "F64 a secret's host that an image's host begins with is another host",
    registry: realm('http://{{registry}}/token'),
    ...named(),
    image: `registry.test.example.attacker.test:${port}/team/app:v1`,
    secrets: (host) => {
      const [, ownPort = ''] = host.split(':');
      return ['registry.test.example', '*.test.example'].map((name) => goodSecret(`${name}:${ownPort}`));
    },
    allowed: true,
    told: ['pull-secret-unusable', 'pull-secret-unusable'],
    seen: [...challenged, 'registry GET nobody 200', 'registry HEAD Bearer anonymous 200'],
  },
]);
