import { maxRedirects } from '../../src/registry/redirect.ts';
import { basicRegistry, publicRegistry, smallImage } from '../support/registries.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './support/image-case.ts';
import { fakeDns } from './support/fake-dns.ts';
import { goodSecret } from './support/secrets.ts';

type Rules = NonNullable<ServerScript['rules']>;

/** Rules that redirect an authorized request for the image. */
function redirectTo(Location: string, status = 307): Rules {
  return [{ match: { path: '/manifests/v1$' }, after: 'auth', do: { status, headers: { Location } } }];
}

/**
 * A registry with Basic authentication that redirects to `location`, and a server `other` that also serves the image.
 */
function redirectingTo(
  location: string,
  change: { other?: ServerScript; status?: number } & ServerScript = {},
): RegistryScript {
  const { other = {}, status, ...registry } = change;
  const image = smallImage();
  const repository = { ...image.repository, tags: { v1: 'manifest', v2: 'manifest' } };
  const script = basicRegistry({ rules: redirectTo(location, status), ...registry }, { ...image, repository });
  return { ...script, servers: { ...script.servers, other: { repositories: { 'team/app': repository }, ...other } } };
}

const secrets = (host: string) => [goodSecret(host)];
const path = '/v2/team/app/manifests/v2';
const login = ['registry HEAD nobody 401', 'registry HEAD Basic alice 307'];

const followed: readonly ImageCase[] = [
  ...[301, 302, 303, 307, 308].map((status): ImageCase => ({
    it: `F63 a ${status} to the same host is followed with the credential`,
    registry: redirectingTo(`http://{{registry}}${path}`, { status }),
    secrets,
    allowed: true,
    findings: [],
    requests: ['registry HEAD nobody 401', `registry HEAD Basic alice ${status}`, 'registry HEAD Basic alice 200'],
  })),
  ...[path, 'v2', '//{{registry}}/v2/team/app/manifests/v2', '../manifests/./v2?x=y#z'].map((location): ImageCase => ({
    it: `F63 a relative redirect is followed: ${location}`,
    registry: redirectingTo(location),
    secrets,
    allowed: true,
    findings: [],
    requests: [...login, 'registry HEAD Basic alice 200'],
  })),
  ...(['http://{{other}}', 'http://localhost:{{other.port}}'] as const).map((target): ImageCase => ({
    it: `F63 a redirect to another port or host (${target}) is followed without the credential`,
    registry: redirectingTo(`${target}${path}`),
    secrets,
    allowed: true,
    findings: [],
    requests: [...login, 'other HEAD nobody 200'],
  })),
  {
    it: 'F63 a redirect to HTTPS is followed without the credential',
    registry: redirectingTo(`https://{{other}}${path}`, { other: { listen: 'https' } }),
    secrets,
    allowed: true,
    findings: [],
    requests: [...login, 'other HEAD nobody 200'],
  },
  {
    it: 'F63 a challenge from another host gets no credential',
    registry: redirectingTo(`http://{{other}}${path}`, { other: { auth: { scheme: 'basic', users: {} } } }),
    secrets,
    allowed: true,
    findings: ['not-checked: redirect-login'],
    requests: [...login, 'other HEAD nobody 401'],
  },
  {
    it: 'F63 no credential is sent after a redirect to another host and back',
    registry: redirectingTo('http://{{other}}/first', {
      rules: [
        ...redirectTo('http://{{other}}/first'),
        { match: { path: '^/back' }, do: { status: 307, headers: { Location: '/last' } } },
        { match: { path: '^/last' }, do: { status: 401, headers: { 'Www-Authenticate': 'Basic' } } },
      ],
      other: { rules: [{ do: { status: 307, headers: { Location: 'http://{{registry}}/back' } } }] },
    }),
    secrets,
    allowed: true,
    findings: ['not-checked: redirect-login'],
    requests: [...login, 'other HEAD nobody 307', 'registry HEAD nobody 307', 'registry HEAD nobody 401'],
  },
];

/** Redirects that are not followed. There is no request to `other`. */
const refused: readonly (readonly [it: string, location: string, findings: string])[] = [
  ['to a file', 'file:///etc/passwd', 'not-checked: redirect'],
  ['with an unknown protocol', 'gopher://{{other}}/_GET', 'not-checked: redirect'],
  ['with a user', 'http://alice@{{other}}/', 'not-checked: redirect'],
  ['with a user and a password', 'http://alice:x@{{registry}}/', 'not-checked: redirect'],
  ['to an invalid URL', 'http://[', 'not-checked: redirect'],
  ['to a metadata service', 'http://169.254.169.254/latest/meta-data/', 'not-checked: address'],
  ['to a metadata service as one number', 'http://2852039166/', 'not-checked: address'],
  ['to a metadata service in hexadecimal', 'http://0xa9.0xfe.0xa9.0xfe/', 'not-checked: address'],
  ['to a metadata service in octal', 'http://0251.0376.0251.0376/', 'not-checked: address'],
  ['to a metadata service with a dot at the end', 'http://169.254.169.254./', 'not-checked: address'],
  ['to a metadata service as a mapped address', 'http://[::ffff:169.254.169.254]/', 'not-checked: address'],
  ['to a metadata service through NAT64', 'http://[64:ff9b::169.254.169.254]/', 'not-checked: address'],
  ['to a metadata service through 6to4', 'http://[2002:a9fe:a9fe::]/', 'not-checked: address'],
  ['to a known name of a metadata service', 'http://metadata.google.internal/', 'not-checked: address'],
  ['to an unknown name of a metadata service', 'http://rebound.test:{{other.port}}/', 'not-checked: address'],
  [
    'to a name with the address of a metadata service and another one',
    'http://half.test:{{other.port}}/',
    'registry-unreachable: connection-refused',
  ],
];

const resolveHost = fakeDns({
  'rebound.test': ['169.254.169.254'],
  // Nothing listens on 127.0.0.9.
  'half.test': ['169.254.169.254', '127.0.0.9'],
});

const endless: readonly ImageCase[] = [
  {
    it: `F63 a redirect to itself is followed ${maxRedirects} times`,
    registry: redirectingTo('?'),
    secrets,
    allowed: true,
    findings: ['not-checked: redirect'],
    requests: ['registry HEAD nobody 401', ...Array<string>(maxRedirects + 1).fill('registry HEAD Basic alice 307')],
  },
  ...[
    { hops: maxRedirects, findings: [] },
    { hops: maxRedirects + 1, findings: ['not-checked: redirect'] },
    { hops: 20, findings: ['not-checked: redirect'] },
  ].map(({ hops, findings }): ImageCase => ({
    it: `F63 ${hops} redirects in a row ${findings.length === 0 ? 'are followed' : 'are too many'}`,
    registry: publicRegistry({ rules: chain(hops) }),
    allowed: true,
    findings,
  })),
  {
    it: 'F63 a redirect from HTTPS to plain HTTP is not followed',
    registry: redirectingTo('http://{{other}}/v2/team/app/manifests/v2', { listen: 'https' }),
    secrets,
    allowed: true,
    findings: ['not-checked: redirect'],
    requests: login,
  },
  {
    it: 'F63 a redirect without a target is a protocol error',
    registry: publicRegistry({ rules: [{ match: { path: '/manifests/' }, do: { status: 307 } }] }),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
];

/** Rules for a chain of `hops` redirects that ends at the image. */
function chain(hops: number): Rules {
  return Array.from({ length: hops }, (_, at) => {
    const last = at === hops - 1;
    const Location = last ? '/v2/team/app/manifests/v1?found' : `/hop${at + 1}`;
    return { match: { path: at === 0 ? '/manifests/v1$' : `^/hop${at}$` }, do: { status: 307, headers: { Location } } };
  });
}

testImages([
  ...followed,
  ...refused.map(([it, location, findings]): ImageCase => ({
    it: `F63 a redirect ${it} is not followed`,
    registry: redirectingTo(location),
    secrets,
    resolveHost,
    allowed: true,
    findings: [findings],
    requests: login,
  })),
  ...endless,
]);
