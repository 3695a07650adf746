import { bearerRegistry, basicRegistry, publicRegistry } from '../support/registries.ts';
import type { Rule, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './support/image-case.ts';
import { manifestReply } from './support/manifest-reply.ts';
import { goodSecret, wrongSecret } from './support/secrets.ts';

function head(answer: Rule['do']): ServerScript {
  return manifestReply(answer, { method: 'HEAD' });
}

function error(status: number, code: string): Rule['do'] {
  return { status, body: { errors: [{ code, message: 'not found' }] } };
}

const methods: readonly ImageCase[] = [
  {
    it: 'F46 a registry without HEAD gets a GET',
    registry: publicRegistry(head({ status: 405 })),
    allowed: true,
    findings: [],
    requests: ['registry HEAD nobody 405', 'registry GET nobody 200'],
  },
  {
    it: 'F46 a registry without HEAD but with credentials gets a GET',
    registry: basicRegistry({ rules: [{ match: { method: 'HEAD' }, after: 'auth', do: { status: 405 } }] }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: [],
  },
  {
    it: 'F46 a missing image is also found missing with GET',
    registry: publicRegistry(head({ status: 405 })),
    image: '{{registry}}/team/app:v9',
    allowed: false,
    findings: ['image-not-found'],
  },
  {
    it: 'F47 HEAD 401 decides, and the message says that GET disagrees',
    registry: publicRegistry(head({ status: 401 })),
    allowed: false,
    findings: ['access-denied: challenge'],
    words: /a GET request finds it[^]*GET: 200/,
  },
  {
    it: 'F47 HEAD 401 also decides if a credential was sent',
    registry: publicRegistry(head({ status: 401, headers: { 'Www-Authenticate': 'Basic realm="r"' } })),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    findings: ['access-denied: rejected'],
    words: /a GET request finds it[^]*GET: 200/,
  },
  {
    it: 'F47 HEAD 403 decides, and the message says that GET disagrees',
    registry: publicRegistry(head({ status: 403 })),
    allowed: false,
    findings: ['access-denied: no-credentials'],
    words: /a GET request finds it[^]*GET: 200/,
  },
  {
    it: 'F47 a login page does not count as an image that GET finds',
    registry: publicRegistry({
      rules: [
        { match: { method: 'HEAD', path: '/manifests/' }, do: { status: 403 } },
        { match: { path: '/manifests/' }, do: { status: 200, headers: { 'Content-Type': 'text/html' } } },
      ],
    }),
    allowed: false,
    findings: ['access-denied: no-credentials'],
    words: /^(?![^]*GET)/,
  },
  {
    it: 'F49 HEAD 404 decides, even if the explanation and the tag list never arrive',
    registry: publicRegistry({
      rules: [
        { match: { method: 'GET' }, do: { hang: true } },
        { match: { method: 'HEAD' }, do: { status: 404 } },
      ],
    }),
    query: '?timeout=5s',
    allowed: false,
    findings: ['image-not-found'],
  },
  {
    it: 'F49 HEAD 404 decides, and the message says that GET disagrees',
    registry: publicRegistry(head({ status: 404 })),
    allowed: false,
    findings: ['image-not-found'],
    words: /a GET request finds it[^]*GET: 200/,
  },
];

const refusals: readonly ImageCase[] = [
  {
    it: 'F50 a 404 with an HTML page is a 404, and the page is not repeated',
    registry: publicRegistry(
      manifestReply({ status: 404, headers: { 'Content-Type': 'text/html' }, body: '<h1>nginx here</h1>' }),
    ),
    allowed: false,
    findings: ['image-not-found'],
    words: /^(?![^]*(?:nginx here|<h1>))/,
  },
  ...['NAME_UNKNOWN', 'MANIFEST_UNKNOWN', 'UNKNOWN'].map((code): ImageCase => ({
    it: `F51 the message for a 404 has the code ${code}`,
    registry: publicRegistry(manifestReply(error(404, code))),
    allowed: false,
    findings: ['image-not-found'],
    words: new RegExp(`404 ${code}\\b`),
  })),
  {
    it: 'F68 a 406 is a protocol error',
    registry: publicRegistry(manifestReply({ status: 406 })),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
];

const outages: readonly ImageCase[] = [
  ...[500, 503, 504].flatMap((status): readonly ImageCase[] => [
    {
      it: `F61 one ${status} does no harm`,
      registry: publicRegistry(manifestReply({ status }, {}, 1)),
      allowed: true,
      findings: [],
    },
    {
      it: `F61 repeated ${status} is an outage`,
      registry: publicRegistry(manifestReply({ status })),
      allowed: true,
      findings: ['registry-unreachable: server-error'],
      requests: [`registry HEAD nobody ${status}`, `registry HEAD nobody ${status}`],
    },
  ]),
  {
    it: 'F61 one 502 is an outage',
    registry: publicRegistry(manifestReply({ status: 502 })),
    allowed: true,
    findings: ['registry-unreachable: server-error'],
  },
  {
    it: 'F61 a request to a token endpoint is not repeated, as on a node',
    registry: bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 503 }, times: 1 }] }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: ['registry-unreachable: server-error'],
  },
];

const wrongSecrets: readonly ImageCase[] = [
  {
    it: 'F58 with Basic, a wrong secret does no harm to a public image',
    registry: publicRegistry(),
    secrets: (host) => [wrongSecret(host)],
    allowed: true,
    findings: [],
    requests: ['registry HEAD nobody 200'],
  },
  {
    it: 'F58 with Bearer, a wrong secret denies even a public image',
    registry: bearerRegistry({ auth: { scheme: 'bearer', users: {}, anonymous: ['team/app'] } }),
    secrets: (host) => [wrongSecret(host)],
    allowed: false,
    findings: ['access-denied: token-refused'],
  },
];

testImages([...methods, ...refusals, ...outages, ...wrongSecrets]);
