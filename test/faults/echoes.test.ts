import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { ResolveHost } from '../../src/registry/network/dns.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { alice, manifestHeaders } from '../support/registries.ts';
import { assertHealthy } from './support/healthy.ts';
import { reviewImage } from './support/image-case.ts';
import { goodSecret } from './support/secrets.ts';
import { kindsIn } from './support/kinds-in.ts';

/** Secrets that must not occur anywhere: user, password, both in the form of Basic, and a token. */
const token = 'a-token-of-hers';
const both = btoa(`${alice.username}:${alice.password}`);
const secrets = new RegExp([alice.username, alice.password, both, token].join('|'), 'i');

interface Echo {
  readonly status: number;
  readonly scheme: 'Basic' | 'Bearer';
  /** Whether the token endpoint also echoes, instead of sending a token. */
  readonly early: boolean;
}

/** Sends the credential of a request back in every part of the answer that the client reads. */
function echo({ status, scheme, early }: Echo): RequestListener {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await text(request);
    const credential = request.headers.authorization ?? form;
    const realm = `http://${request.headers.host}/token`;
    const challenge = scheme === 'Basic' ? 'Basic realm="r"' : `Bearer realm="${realm}"`;
    if (!early && request.url?.startsWith('/token') === true) {
      response.end(JSON.stringify({ token, access_token: token }));
    } else if (credential === '') {
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
    } else {
      const errors = [{ code: credential, message: credential, detail: { credential } }];
      response.writeHead(status, credential, headersOf(status, credential));
      response.end(JSON.stringify({ errors, token: { credential }, manifests: [credential], tags: [credential] }));
    }
  }
  return (request, response) => void answer(request, response);
}

function headersOf(status: number, credential: string): Record<string, string> {
  const names = [
    'Docker-Content-Digest',
    'Docker-Distribution-Api-Version',
    'Docker-RateLimit-Source',
    'Retry-After',
    'Server',
    'Set-Cookie',
    'Warning',
    'X-Echo',
  ];
  const all = Object.fromEntries(names.map((name) => [name, credential]));
  // Without its scheme, the credential could be a valid word of the protocol.
  const [, word = ''] = credential.split(' ');
  return {
    ...all,
    'Content-Type': `application/${word}`,
    Location: `http://${word}.test/`,
    'RateLimit-Limit': '100',
    // With a valid digest, the content type counts.
    ...(status === 201 && { 'Docker-Content-Digest': manifestHeaders['docker-content-digest'] }),
    'WWW-Authenticate': `Bearer error="${credential}",realm="http://x/?${encodeURIComponent(credential)}"`,
  };
}

/** All output of the process: answers, metrics and log. */
async function allOutput(pullgate: RunningPullgate, answers: readonly { readonly text: string }[]): Promise<string> {
  const metrics = await pullgate.get('/metrics');
  return [...answers, metrics]
    .map((output) => output.text)
    .concat(pullgate.log)
    .join('\n');
}

/** Resolves every name to this machine, so that a redirect to any name is followed. */
const resolveHost: ResolveHost = async () => [{ address: '127.0.0.1', family: 4 }];

const statuses = [200, 201, 307, 400, 401, 403, 404, 405, 406, 412, 429, 500];

for (const scheme of ['Basic', 'Bearer'] as const) {
  for (const early of scheme === 'Basic' ? [false] : [false, true]) {
    test(`F72 an echoed ${scheme} credential${early ? ' from the token endpoint' : ''} is never shown`, async () => {
      await using pullgate = await startPullgate({ log: { level: 'debug' }, profile: 'strict' }, { resolveHost });
      const answers = [];
      for (const status of statuses) {
        await using registry = await listenOnLoopback(createServer(echo({ status, scheme, early })));
        const answer = await reviewImage(pullgate, `${registry.host}/team/app:v1`, [goodSecret(registry.host)]);
        assert.equal(answer.status, 200, answer.text);
        assert.ok(kindsIn(answer).length > 0, `${status}: ${answer.text}`);
        answers.push(answer);
      }
      assert.doesNotMatch(await allOutput(pullgate, answers), secrets);
      await assertHealthy(pullgate);
    });
  }
}
