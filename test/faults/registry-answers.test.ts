import { bearerRegistry, basicRegistry, publicRegistry } from '../support/registries.ts';
import type { Rule, ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './image-case.ts';
import { says } from './says.ts';
import { goodSecret, wrongSecret } from './secrets.ts';

function head(answer: Rule['do']): ServerScript {
  return says(answer, { method: 'HEAD' });
}

function error(status: number, code: string): Rule['do'] {
  return { status, body: { errors: [{ code, message: 'not found' }] } };
}

const methods: readonly ImageCase[] = [
  {
    it: 'F46 a registry that knows no HEAD is asked by GET',
    registry: publicRegistry(head({ status: 405 })),
    allowed: true,
    told: [],
    seen: ['registry HEAD nobody 405', 'registry GET nobody 200'],
  },
  {
    it: 'F46 so is one that asks for credentials',
    registry: basicRegistry({ rules: [{ match: { method: 'HEAD' }, after: 'auth', do: { status: 405 } }] }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: [],
  },
  {
    it: 'F46 by GET too, what is not there is not there',
    registry: publicRegistry(head({ status: 405 })),
    image: '{{registry}}/team/app:v9',
    allowed: false,
    told: ['image-not-found'],
  },
  {
    it: 'F47 HEAD 401 decides, and that GET disagrees is said',
    registry: publicRegistry(head({ status: 401 })),
    allowed: false,
    told: ['access-denied: challenge'],
    says: /GET finds the image[^]*GET: 200/,
  },
  {
    it: 'F47 HEAD 401 decides where a credential was sent, too',
    registry: publicRegistry(head({ status: 401, headers: { 'Www-Authenticate': 'Basic realm="r"' } })),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    told: ['access-denied: rejected'],
    says: /GET finds the image[^]*GET: 200/,
  },
  {
    it: 'F47 HEAD 403 decides, and that GET disagrees is said',
    registry: publicRegistry(head({ status: 403 })),
    allowed: false,
    told: ['access-denied: no-credentials'],
    says: /GET finds the image[^]*GET: 200/,
  },
  {
    it: 'F47 a page to log in at is no image that GET finds',
    registry: publicRegistry({
      rules: [
        { match: { method: 'HEAD', path: '/manifests/' }, do: { status: 403 } },
        { match: { path: '/manifests/' }, do: { status: 200, headers: { 'Content-Type': 'text/html' } } },
      ],
    }),
    allowed: false,
    told: ['access-denied: no-credentials'],
    says: /^(?![^]*GET)/,
  },
  {
    it: 'F49 HEAD 404 decides, though the words for it and the tags near it never come',
    registry: publicRegistry({
      rules: [
        { match: { method: 'GET' }, do: { hang: true } },
        { match: { method: 'HEAD' }, do: { status: 404 } },
      ],
    }),
    query: '?timeout=5s',
    allowed: false,
    told: ['image-not-found'],
  },
  {
    it: 'F49 HEAD 404 decides, and that GET disagrees is said',
    registry: publicRegistry(head({ status: 404 })),
    allowed: false,
    told: ['image-not-found'],
    says: /GET finds it[^]*GET: 200/,
  },
];

const refusals: readonly ImageCase[] = [
  {
    it: 'F50 a 404 in HTML is a 404, and its page is not read aloud',
    registry: publicRegistry(
      says({ status: 404, headers: { 'Content-Type': 'text/html' }, body: '<h1>nginx here</h1>' }),
    ),
    allowed: false,
    told: ['image-not-found'],
    says: /^(?![^]*(?:nginx here|<h1>))/,
  },
  ...['NAME_UNKNOWN', 'MANIFEST_UNKNOWN', 'UNKNOWN'].map((code): ImageCase => ({
    it: `F51 a 404 of ${code} says so`,
    registry: publicRegistry(says(error(404, code))),
    allowed: false,
    told: ['image-not-found'],
    says: new RegExp(`404 ${code}\\b`),
  })),
  {
    it: 'F68 a 406 is neither a yes nor a no',
    registry: publicRegistry(says({ status: 406 })),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
];

const outages: readonly ImageCase[] = [
  ...[500, 503, 504].flatMap((status): readonly ImageCase[] => [
    {
      it: `F61 one ${status} passes`,
      registry: publicRegistry(says({ status }, {}, 1)),
      allowed: true,
      told: [],
    },
    {
      it: `F61 ${status} for ever is an outage`,
      registry: publicRegistry(says({ status })),
      allowed: true,
      told: ['registry-unreachable: server-error'],
      seen: [`registry HEAD nobody ${status}`, `registry HEAD nobody ${status}`],
    },
  ]),
  {
    it: 'F61 502 is an outage',
    registry: publicRegistry(says({ status: 502 })),
    allowed: true,
    told: ['registry-unreachable: server-error'],
  },
  {
    it: 'F61 a token endpoint is asked no second time, as by a node',
    registry: bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 503 }, times: 1 }] }),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: ['registry-unreachable: server-error'],
  },
];

const strangers: readonly ImageCase[] = [
  {
    it: 'F58 a wrong secret does a public image no harm behind Basic',
    registry: publicRegistry(),
    secrets: (host) => [wrongSecret(host)],
    allowed: true,
    told: [],
    seen: ['registry HEAD nobody 200'],
  },
  {
    it: 'F58 behind Bearer it breaks even a public image',
    registry: bearerRegistry({ auth: { scheme: 'bearer', users: {}, anonymous: ['team/app'] } }),
    secrets: (host) => [wrongSecret(host)],
    allowed: false,
    told: ['access-denied: token-refused'],
  },
];

testImages([...methods, ...refusals, ...outages, ...strangers]);
