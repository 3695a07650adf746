import { basicRegistry, publicRegistry, smallImage } from '../support/registries.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './image-case.ts';
import { namesOf } from './names.ts';
import { goodSecret } from './secrets.ts';

type Rules = NonNullable<ServerScript['rules']>;

/** Whoever is let in and asks for the image is sent elsewhere. */
function leadsTo(Location: string, status = 307): Rules {
  return [{ match: { path: '/manifests/v1$' }, after: 'auth', do: { status, headers: { Location } } }];
}

/** A registry that wants a password and sends on what is asked for; at `other` somebody else holds the image, too. */
function sendingTo(
  location: string,
  change: { other?: ServerScript; status?: number } & ServerScript = {},
): RegistryScript {
  const { other = {}, status, ...registry } = change;
  const image = smallImage();
  const repository = { ...image.repository, tags: { v1: 'manifest', v2: 'manifest' } };
  const script = basicRegistry({ rules: leadsTo(location, status), ...registry }, { ...image, repository });
  return { ...script, servers: { ...script.servers, other: { repositories: { 'team/app': repository }, ...other } } };
}

const secrets = (host: string) => [goodSecret(host)];
const path = '/v2/team/app/manifests/v2';
const login = ['registry HEAD nobody 401', 'registry HEAD Basic alice 307'];

const followed: readonly ImageCase[] = [
  ...[301, 302, 303, 307, 308].map((status): ImageCase => ({
    it: `F63 a ${status} to the same host is followed with the credential`,
    registry: sendingTo(`http://{{registry}}${path}`, { status }),
    secrets,
    allowed: true,
    told: [],
    seen: ['registry HEAD nobody 401', `registry HEAD Basic alice ${status}`, 'registry HEAD Basic alice 200'],
  })),
  ...[path, 'v2', '//{{registry}}/v2/team/app/manifests/v2', '../manifests/./v2?x=y#z'].map((location): ImageCase => ({
    it: `F63 a relative one is followed: ${location}`,
    registry: sendingTo(location),
    secrets,
    allowed: true,
    told: [],
    seen: [...login, 'registry HEAD Basic alice 200'],
  })),
  ...(['http://{{other}}', 'http://localhost:{{other.port}}'] as const).map((elsewhere): ImageCase => ({
    it: `F63 one to another port or host (${elsewhere}) is followed without the credential`,
    registry: sendingTo(`${elsewhere}${path}`),
    secrets,
    allowed: true,
    told: [],
    seen: [...login, 'other HEAD nobody 200'],
  })),
  {
    it: 'F63 so is one to https',
    registry: sendingTo(`https://{{other}}${path}`, { other: { listen: 'https' } }),
    secrets,
    allowed: true,
    told: [],
    seen: [...login, 'other HEAD nobody 200'],
  },
  {
    it: 'F63 what the other host demands is not given to it',
    registry: sendingTo(`http://{{other}}${path}`, { other: { auth: { scheme: 'basic', users: {} } } }),
    secrets,
    allowed: true,
    told: ['not-checked: redirect'],
    seen: [...login, 'other HEAD nobody 401'],
  },
  {
    it: 'F63 by way of another host no credential comes back home, however far',
    registry: sendingTo('http://{{other}}/away', {
      rules: [
        ...leadsTo('http://{{other}}/away'),
        { match: { path: '^/home' }, do: { status: 307, headers: { Location: '/further' } } },
        { match: { path: '^/further' }, do: { status: 401, headers: { 'Www-Authenticate': 'Basic' } } },
      ],
      other: { rules: [{ do: { status: 307, headers: { Location: 'http://{{registry}}/home' } } }] },
    }),
    secrets,
    allowed: true,
    told: ['not-checked: redirect'],
    seen: [...login, 'other HEAD nobody 307', 'registry HEAD nobody 307', 'registry HEAD nobody 401'],
  },
];

/** Where nobody is asked, and nobody at `other`. */
const refused: readonly (readonly [it: string, location: string, told: string])[] = [
  ['to a file', 'file:///etc/passwd', 'not-checked: redirect'],
  ['of a protocol of its own', 'gopher://{{other}}/_GET', 'not-checked: redirect'],
  ['with a user', 'http://alice@{{other}}/', 'not-checked: redirect'],
  ['with a user and a password', 'http://alice:x@{{registry}}/', 'not-checked: redirect'],
  ['to what is no URL', 'http://[', 'not-checked: redirect'],
  ['to a metadata service', 'http://169.254.169.254/latest/meta-data/', 'not-checked: address'],
  ['to one in one number', 'http://2852039166/', 'not-checked: address'],
  ['to one in hexadecimal', 'http://0xa9.0xfe.0xa9.0xfe/', 'not-checked: address'],
  ['to one in octal', 'http://0251.0376.0251.0376/', 'not-checked: address'],
  ["to one with the root's dot", 'http://169.254.169.254./', 'not-checked: address'],
  ['to one that is mapped', 'http://[::ffff:169.254.169.254]/', 'not-checked: address'],
  ['to one by NAT64', 'http://[64:ff9b::169.254.169.254]/', 'not-checked: address'],
  ['to one by 6to4', 'http://[2002:a9fe:a9fe::]/', 'not-checked: address'],
  ['to one by a name that is known', 'http://metadata.google.internal/', 'not-checked: address'],
  ['to one by a name that is not', 'http://rebound.test:{{other.port}}/', 'not-checked: address'],
  ['to one by one of its addresses', 'http://half.test:{{other.port}}/', 'registry-unreachable: refused'],
];

const resolveHost = namesOf({
  'rebound.test': ['169.254.169.254'],
  // 127.0.0.9: there nobody listens.
  'half.test': ['169.254.169.254', '127.0.0.9'],
});

const endless: readonly ImageCase[] = [
  {
    it: 'F63 a redirect to itself is followed five times',
    registry: sendingTo('?'),
    secrets,
    allowed: true,
    told: ['not-checked: redirect'],
    seen: ['registry HEAD nobody 401', ...Array<string>(6).fill('registry HEAD Basic alice 307')],
  },
  ...[
    { hops: 5, told: [] },
    { hops: 6, told: ['not-checked: redirect'] },
    { hops: 20, told: ['not-checked: redirect'] },
  ].map(({ hops, told }): ImageCase => ({
    it: `F63 ${hops} redirects in a row ${told.length === 0 ? 'are followed' : 'are too many'}`,
    registry: publicRegistry({ rules: chain(hops) }),
    allowed: true,
    told,
  })),
  {
    it: 'F63 out of https no redirect is followed into plain text',
    registry: sendingTo('http://{{other}}/v2/team/app/manifests/v2', { listen: 'https' }),
    secrets,
    allowed: true,
    told: ['not-checked: redirect'],
    seen: login,
  },
  {
    it: 'F63 a redirect without a target is no answer of a registry',
    registry: publicRegistry({ rules: [{ match: { path: '/manifests/' }, do: { status: 307 } }] }),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
];

/** The image lies `hops` redirects further on. */
function chain(hops: number): Rules {
  return Array.from({ length: hops }, (_, at) => {
    const last = at === hops - 1;
    const Location = last ? '/v2/team/app/manifests/v1?found' : `/hop${at + 1}`;
    return { match: { path: at === 0 ? '/manifests/v1$' : `^/hop${at}$` }, do: { status: 307, headers: { Location } } };
  });
}

testImages([
  ...followed,
  ...refused.map(([it, location, told]): ImageCase => ({
    it: `F63 a redirect ${it} is not followed`,
    registry: sendingTo(location),
    secrets,
    resolveHost,
    allowed: true,
    told: [told],
    seen: login,
  })),
  ...endless,
]);
