import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { basicRegistry, bearerRegistry, publicRegistry } from '../../../support/registries.ts';
import type { RegistryScript, ServerScript } from '../../../support/scripted-registry/script.ts';
import { alices, basicCredential, mallorys, soon } from '../../client.ts';
import { type Pull, pullInCrio } from './asked.ts';

interface Case extends Pull {
  readonly name: string;
  /** The answer, as `inWords` writes it. */
  readonly expected: string;
  /** All requests. Undefined: any. */
  readonly requests?: readonly string[];
}

const ping = 'GET /v2/ 200';
const challenged = 'GET /v2/ 401';
const manifest = 'GET /v2/team/app/manifests/v1';
const token = 'scope=repository%3Ateam%2Fapp%3Apull';
const scoped = `service=scripted&${token}`;

/** A server that answers requests for `/v2/` with a status. */
function pinged(status: number, times?: number, headers: Record<string, string> = {}): ServerScript {
  return { rules: [{ match: { path: '^/v2/$' }, do: { status, headers }, ...(times !== undefined && { times }) }] };
}

const cases: readonly Case[] = [
  { name: 'a public image', script: publicRegistry(), expected: 'found', requests: [ping, `${manifest} 200`] },
  {
    name: 'a private image with Basic: the manifest is asked for with the credential at once',
    script: basicRegistry(),
    credential: alices,
    expected: 'found',
    requests: [challenged, `${manifest} Basic alice 200`],
  },
  {
    name: 'a private image with Bearer: GET for the token, with the account',
    script: bearerRegistry(),
    credential: alices,
    expected: 'found',
    requests: [challenged, `GET /token?account=alice&${scoped} Basic alice 200`, `${manifest} Bearer alice 200`],
  },
  {
    name: 'no credential for Bearer: a token without an account',
    script: bearerRegistry(),
    expected: 'refused no-credentials manifest GET 401 DENIED',
    requests: [
      challenged,
      `GET /token?${scoped} 200`,
      `${manifest} Bearer anonymous 401`,
      `GET /token?${scoped}&${token} 200`,
      `${manifest} Bearer anonymous 401`,
    ],
  },
  {
    name: 'no credential for Basic: an empty user and password, even if the image itself is public',
    script: basicRegistry({ auth: { scheme: 'basic', users: {}, anonymous: ['*'] } }),
    expected: 'refused no-credentials manifest GET 401 UNAUTHORIZED',
    requests: [challenged, `${manifest} Basic  401`],
  },
  {
    name: 'a wrong credential for Basic',
    script: basicRegistry(),
    credential: mallorys,
    expected: 'refused rejected manifest GET 401 UNAUTHORIZED',
  },
  {
    name: 'a wrong credential for Bearer',
    script: bearerRegistry(),
    credential: mallorys,
    expected: 'refused token-refused token GET 401 UNAUTHORIZED',
  },
  {
    name: 'a user without a password is sent as it is',
    script: basicRegistry(),
    credential: basicCredential('alice', ''),
    expected: 'refused rejected manifest GET 401 UNAUTHORIZED',
    requests: [challenged, `${manifest} Basic alice 401`],
  },
  {
    name: 'a challenge of the manifest after a greeting without one is not answered',
    script: basicRegistry(pinged(200)),
    credential: alices,
    expected: 'refused challenge manifest GET 401 UNAUTHORIZED',
    requests: [ping, `${manifest} 401`],
  },
  {
    name: 'a challenge of /v2/ counts even with 200',
    script: basicRegistry(pinged(200, undefined, { 'Www-Authenticate': 'Basic realm="r"' })),
    credential: alices,
    expected: 'found',
    requests: [ping, `${manifest} Basic alice 200`],
  },
  {
    name: 'a 401 of /v2/ without a challenge: no authorization is sent',
    script: publicRegistry(pinged(401)),
    credential: alices,
    expected: 'found',
    requests: [challenged, `${manifest} 200`],
  },
  ...[
    [204, 'unreachable protocol manifest GET 204'],
    [403, 'refused no-credentials manifest GET 403'],
    [404, 'unreachable protocol manifest GET 404'],
    [429, 'throttled manifest GET 429'],
    [500, 'unreachable server-error manifest GET 500'],
  ].map(([status, expected]): Case => ({
    name: `a ${status} of /v2/ ends the pull`,
    script: publicRegistry(pinged(Number(status))),
    expected: String(expected),
    requests: [`GET /v2/ ${status}`],
  })),
  {
    name: 'a 429 of /v2/ that asks for no wait is sent again',
    script: publicRegistry(pinged(429, 1, { 'Retry-After': '0' })),
    expected: 'found',
    requests: ['GET /v2/ 429', ping, `${manifest} 200`],
  },
  {
    name: 'a 503 is not sent again',
    script: publicRegistry({ rules: [{ match: { path: '/manifests/' }, do: { status: 503 }, times: 1 }] }),
    expected: 'unreachable server-error manifest GET 503',
    requests: [ping, `${manifest} 503`],
  },
  {
    name: 'a token that lacks a scope is replaced by one with the scope that the registry names',
    script: bearerRegistry({
      rules: [
        {
          match: { path: '/manifests/' },
          do: {
            status: 401,
            headers: {
              'Www-Authenticate': 'Bearer realm="x",error="insufficient_scope",scope="repository:other:pull"',
            },
          },
          times: 1,
        },
      ],
    }),
    credential: alices,
    expected: 'found',
    requests: [
      challenged,
      `GET /token?account=alice&${scoped} Basic alice 200`,
      `${manifest} Bearer alice 401`,
      `GET /token?account=alice&${scoped}&scope=repository%3Aother%3Apull Basic alice 200`,
      `${manifest} Bearer alice 200`,
    ],
  },
];

describe('CRI-O asks for', () => {
  for (const { name, expected, requests, ...pull } of cases) {
    test(`${name}: ${expected}`, async () => {
      const pulled = await pullInCrio(pull);
      assert.equal(pulled.answer, expected);
      if (requests !== undefined) assert.deepEqual(pulled.requests, requests);
    });
  }
});

describe('what /v2/ said', () => {
  test('is remembered, but not after a failure', async () => {
    const { requests, answer } = await pullInCrio({
      script: basicRegistry(pinged(200, 1)),
      credential: alices,
      async ask(registry, question) {
        await registry.resolve(question, soon());
        await registry.resolve(question, soon());
        return registry.resolve(question, soon());
      },
    });
    assert.equal(answer, 'found');
    assert.deepEqual(requests, [
      ping,
      `${manifest} 401`,
      `${manifest} 401`,
      challenged,
      `${manifest} Basic alice 200`,
      `${manifest} Basic alice 200`,
    ]);
  });
});

describe('after a redirect to another port of the host', () => {
  const users = { alice: { password: 's3cret' } };
  const auth = { scheme: 'basic', users } as const;
  const elsewhere = 'GET /v2/team/app/manifests/v1';

  /** A registry that redirects to another server, which wants a login too. */
  function redirecting(own: ServerScript): RegistryScript {
    const location = { Location: 'http://{{other}}/v2/team/app/manifests/v1' };
    const rules = [{ match: { path: '/manifests/' }, do: { status: 307, headers: location } }];
    const { blobs, servers } = publicRegistry();
    return { blobs, servers: { registry: { ...own, rules }, other: { ...servers['registry'], auth } } };
  }

  test('the authorization of the registry is sent', async () => {
    const { answer, requests } = await pullInCrio({ script: redirecting({ auth }), credential: alices });
    assert.equal(answer, 'found');
    assert.equal(requests.at(-1), `other ${elsewhere} Basic alice 200`);
  });

  test('a challenge is not answered', async () => {
    const { answer, requests } = await pullInCrio({ script: redirecting({}), credential: alices });
    assert.equal(answer, 'refused challenge manifest GET 401 UNAUTHORIZED');
    assert.equal(requests.at(-1), `other ${elsewhere} 401`);
  });
});
