import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { listenOnLoopback } from '../support/loopback.ts';
import { startPullgate } from '../support/pullgate.ts';
import { digestOf } from '../support/scripted-registry/blobs.ts';
import { assertHealthy } from './support/healthy.ts';
import { reviewImage } from './support/image-case.ts';
import { kindsIn } from './support/kinds-in.ts';
import { entryOf, secretWithAuths } from './support/secrets.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
} as const;

interface Echo {
  readonly it: string;
  readonly password: string;
  /** Default: `v1`. */
  readonly tag?: string;
  readonly findings: readonly string[];
  /** A word of the registry that is shown, because it is none of the password. */
  readonly shows?: string;
  /** The answer to a path, after the password was sent. */
  readonly answer: (path: string, password: string, response: ServerResponse) => void;
}

function send(response: ServerResponse, type: string, content: object, digest?: string): void {
  const text = JSON.stringify(content);
  response.writeHead(200, { 'Content-Type': type, 'Docker-Content-Digest': digest ?? digestOf(text) }).end(text);
}

/** An image with this config and layer. */
function image(config: object, layer = digestOf('layer')): Echo['answer'] {
  const text = JSON.stringify(config);
  const manifest = {
    mediaType: types.image,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(text), size: text.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer, size: 5 }],
  };
  return (path, _password, response) => {
    if (path.includes('/manifests/')) send(response, types.image, manifest);
    else if (path.endsWith(digestOf(text))) response.end(text);
    else response.writeHead(404).end();
  };
}

const word = 'Tr0ub4dor';
const hex = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const entry = { mediaType: types.image, digest: digestOf('x'), size: 5 };

const echoes: readonly Echo[] = [
  {
    it: 'the platform of an index',
    password: word,
    findings: ['no-matching-platform'],
    answer: (_path, password, response) =>
      send(response, types.index, {
        manifests: [
          { ...entry, platform: { os: 'linux', architecture: password } },
          { ...entry, platform: { os: password, architecture: 'amd64', variant: password } },
          { ...entry, platform: { os: 'linux', architecture: 'arm64', 'os.features': [password] } },
          { ...entry, platform: { os: 'linux', architecture: btoa(`alice:${password}`) } },
        ],
      }),
  },
  {
    it: 'the platform of a config',
    password: word,
    findings: ['image-incomplete: missing', 'wrong-platform'],
    answer: (path, password, response) =>
      image({ os: password, architecture: password, variant: password, rootfs: { diff_ids: [''] } })(
        path,
        password,
        response,
      ),
  },
  {
    it: 'a tag',
    password: word,
    tag: 'Tr0ubador',
    shows: 'Trubador',
    findings: ['image-not-found'],
    answer: (path, password, response) => {
      if (!path.includes('/tags/list')) response.writeHead(404, { 'Docker-Distribution-Api-Version': 'r' }).end();
      else response.end(JSON.stringify({ tags: [password, `x${password}`, password.slice(1, 8), 'Trubador'] }));
    },
  },
  {
    it: 'the digest of a manifest',
    password: hex,
    findings: ['registry-unreachable: protocol'],
    answer: (_path, password, response) => send(response, types.image, {}, `sha256:${password}`),
  },
  {
    it: 'the digest of a layer',
    password: hex,
    findings: ['registry-unreachable: protocol'],
    answer: (path, password, response) => image({}, `sha256:${password}`)(path, password, response),
  },
  {
    it: 'a media type, an error code, a scope and the times to wait',
    password: 'application',
    findings: ['access-denied: no-permission'],
    answer: (_path, password, response) => {
      const challenge = `Bearer realm="http://${password}/",scope="${password}",error="${password}",service="${password}"`;
      response.writeHead(403, {
        'Content-Type': `${password}/${password}`,
        'WWW-Authenticate': challenge,
        'Retry-After': password,
        'Docker-RateLimit-Source': password,
        'RateLimit-Limit': password,
      });
      response.end(JSON.stringify({ errors: [{ code: password, message: password }] }));
    },
  },
];

for (const { it, password, tag = 'v1', findings, shows = '', answer } of echoes) {
  test(`F109 a password that comes back as ${it} is never shown`, async () => {
    const server = createServer((request, response) => {
      const { authorization = '' } = request.headers;
      const sent = atob(authorization.replace('Basic ', '')).split(':')[1];
      if (sent === undefined) response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="r"' }).end();
      else answer(request.url ?? '', sent, response);
    });
    await using registry = await listenOnLoopback(server);
    await using pullgate = await startPullgate({ log: { level: 'debug' }, platforms: ['linux/amd64'], deep: true });
    const secret = secretWithAuths({ [registry.host]: entryOf({ username: 'alice', password }) });
    const reviewed = await reviewImage(pullgate, `${registry.host}/team/app:${tag}`, [secret]);
    assert.deepEqual([reviewed.status, kindsIn(reviewed).toSorted()], [200, findings], reviewed.text);
    assert.ok(reviewed.text.includes(shows), reviewed.text);
    const metrics = await pullgate.get('/metrics');
    const shown = `${reviewed.text}${metrics.text}${pullgate.log.join('')}`.replaceAll('application/json', '');
    for (const part of [password, password.slice(1, 8), btoa(`alice:${password}`)]) {
      assert.ok(!shown.toLowerCase().includes(part.toLowerCase()), `shows ${part}: ${reviewed.text}`);
    }
    await assertHealthy(pullgate);
  });
}

test('F109 a password that comes back as the host of a realm is never shown', async () => {
  let learned: string | undefined;
  const server = createServer(({ headers: { authorization } }, response) => {
    if (authorization !== undefined) learned = atob(authorization.replace('Basic ', '')).split(':')[1];
    const challenge = learned === undefined ? 'Basic realm="r"' : `Bearer realm="https://x.${learned}.test/token"`;
    response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
  });
  await using registry = await listenOnLoopback(server);
  await using pullgate = await startPullgate({ log: { level: 'debug' } });
  const secret = secretWithAuths({ [registry.host]: entryOf({ username: 'alice', password: word }) });
  const review = (tag: string) => reviewImage(pullgate, `${registry.host}/team/app:${tag}`, [secret]);
  const answers = [await review('v1'), await review('v2')];
  assert.equal(learned, word);
  assert.deepEqual(answers.flatMap(kindsIn), ['access-denied: rejected', 'not-checked: realm']);
  const metrics = await pullgate.get('/metrics');
  const shown = [...answers, metrics].map(({ text }) => text).concat(pullgate.log);
  assert.ok(!shown.join('').toLowerCase().includes(word.toLowerCase()), shown.join('\n'));
});
