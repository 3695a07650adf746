import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { check } from '../../src/compose/check-command.ts';
import { listenOnLoopback } from '../support/loopback.ts';

/** A secret in each place that Pullgate reads. No one is a part of another. */
const planted = {
  pullSecret: 'Zq7!w"Bvk3/pQx',
  dockerConfig: 'Xv3/Lmw8+Rty',
  otherKey: 'Mn2-Qwz9-Pkl',
  token: 'eyJhbGciOiJIUzI1NiJ9.Yq8Wz3.Kp5Vt1',
  realmQuery: 'Kd8-Vxq4-Hjw',
  realmUser: 'Ws5-Nbz7-Ctp',
  redirectQuery: 'Lp4-Gqf6-Dkv',
  redirectPath: 'Jx9Rw2Tb5Qm8Zc1Vn4Kp7Hd3Gs6Ly0Fq9Wx2Bt5',
  imageUser: 'Tb6-Hyq2-Wnd',
  hostsHeader: 'Rj9-Fzk5-Mvx',
  proxy: 'Gh1-Pdq8-Bxn',
  pathToken: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  reason: 'Uc2-Jvw7-Zqm',
  env: 'Fy5-Tkx3-Lqh',
  argument: 'Ox8-Wbn6-Gzp',
  annotation: 'Ea3-Kqv9-Ydf',
  label: 'Ie7-Rzx4-Nwj',
};

const auth = (password: string) => Buffer.from(`robot:${password}`).toString('base64');

/** Every form in which a secret could be in a file. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')];
  return [...forms, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), secret.toUpperCase()];
}

/** A registry that sends whatever it gets back in every place that it controls. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  void text(request).then((body) => answerWith(request, body, response));
}

function answerWith({ headers, url, method }: IncomingMessage, body: string, response: ServerResponse): void {
  const { authorization = '', 'x-hosts': header = '', host = '' } = headers;
  const { pathname } = new URL(url ?? '/', `http://${host}`);
  const login = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const posted = new URLSearchParams(body).get('password') ?? '';
  const echo = [authorization, header, login, login.split(':').at(-1), posted]
    .join(' ')
    .replaceAll(/[^ -~]/g, '?')
    .trim();
  seen.push(`${method} ${pathname} ${echo}`);
  const user = pathname.includes('/user/') ? `robot:${planted.realmUser}@` : '';
  const realm = `http://${user}${host}/token?key=${planted.realmQuery}`;
  const service = echo.replaceAll('"', '');
  const challenge = `Bearer realm="${realm}",service="${service}",scope="repository:team/app:pull",hint="${planted.realmQuery}"`;
  if (pathname === '/token') {
    if (method === 'POST') response.writeHead(405, { server: echo }).end(echo);
    else response.writeHead(200, { server: echo }).end(JSON.stringify({ token: planted.token }));
  } else if (pathname.includes('/moved/')) {
    const location = `http://${host.replace('127.0.0.1', 'localhost')}/storage/${planted.redirectPath}/x?X-Sig=${planted.redirectQuery}`;
    response.writeHead(307, { location }).end();
  } else if (authorization === '') {
    response.writeHead(401, { 'www-authenticate': challenge, server: echo }).end();
  } else {
    response.writeHead(403, {
      'content-type': `application/json; echo=${echo}`,
      'docker-content-digest': `sha256:${Buffer.from(echo).toString('hex')}`,
      'www-authenticate': challenge,
      server: echo,
    });
    response.end(JSON.stringify({ errors: [{ code: 'DENIED', message: `no: ${echo}`, detail: echo }] }));
  }
}

/** The requests that the registry got, with what it sent back. */
const seen: string[] = [];

describe('the debug bundle', () => {
  let folder: string;
  let registry: Awaited<ReturnType<typeof listenOnLoopback>>;
  let bundle = '';
  let output = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-bundle-'));
    registry = await listenOnLoopback(createServer(answer));
    const host = `127.0.0.1:${registry.port}`;
    await mkdir(join(folder, `certs.d/${host}`), { recursive: true });
    await writeFile(
      join(folder, `certs.d/${host}/hosts.toml`),
      `server = "http://${host}"\n[host."http://${host}".header]\nx-hosts = "${planted.hostsHeader}"\n`,
    );
    const auths = { [host]: { auth: auth(planted.dockerConfig) } };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
    await writeFile(join(folder, 'pullgate.yaml'), JSON.stringify(configFor(folder)));
    const terminal = {
      stdin: Readable.from([
        manifestsFor(host)
          .map((object) => JSON.stringify(object))
          .join('\n'),
      ]),
      stdout: { write: (part: string) => (output += part) },
      stderr: { write: (part: string) => (output += part) },
    };
    const file = join(folder, 'bundle.json');
    await check(
      {
        filename: ['-'],
        recursive: false,
        offline: true,
        kustomize: [],
        outputs: [{ format: 'json' }],
        failOn: 'deny',
        quiet: false,
        name: 'pullgate',
        timeout: 60_000,
        config: join(folder, 'pullgate.yaml'),
        debugBundle: file,
        overrides: { flags: {}, environment: { PULLGATE_PATH_TOKEN: planted.pathToken } },
        environment: { DOCKER_CONFIG: folder },
      },
      terminal,
      new AbortController().signal,
    );
    bundle = await readFile(file, 'utf8');
  });
  after(async () => {
    await registry?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('the registry got the passwords, the token and the header, so that it could send them back', () => {
    for (const place of ['pullSecret', 'dockerConfig', 'token', 'hostsHeader'] as const)
      assert.ok(
        seen.some((line) => line.includes(planted[place])),
        `${place} in ${seen.join('\n')}`,
      );
  });

  for (const [place, secret] of Object.entries(planted)) {
    test(`never contains the secret in: ${place}`, () => {
      const lower = bundle.toLowerCase();
      for (const form of formsOf(secret)) assert.ok(!lower.includes(form.toLowerCase()), `${form} in ${bundle}`);
    });
  }

  test('has what a maintainer needs: versions, config, findings, bare objects and requests', () => {
    const { versions, config, findings, objects, requests } = JSON.parse(bundle) as Bundle;
    assert.match(versions.pullgate, /^\d/);
    assert.equal(config.profile, 'strict');
    const [first] = findings;
    assert.deepEqual(
      first?.findings.map(({ kind }) => kind),
      ['invalid-image-name', 'access-denied', 'not-checked', 'not-checked'],
      bundle,
    );
    const podFields = ['initContainers', 'containers', 'imagePullSecrets', 'serviceAccountName', 'nodeSelector'];
    assert.deepEqual(Object.keys(objects[0]?.spec.template.spec ?? {}), podFields);
    const lines = requests.map(
      ({ method, url, answer }) => `${method} ${url.replace(/127\.0\.0\.1:\d+/, 'HOST')} ${answer}`,
    );
    for (const line of [
      'HEAD http://HOST/v2/team/app/manifests/v1 401',
      'POST http://HOST/token?… 405',
      'HEAD http://HOST/v2/team/app/manifests/v1 403',
    ])
      assert.ok(lines.includes(line), `${line} in ${lines.join('\n')}`);
  });

  test('can be read only by the user, who is told to read it first', async () => {
    assert.equal((await stat(join(folder, 'bundle.json'))).mode & 0o777, 0o600);
    assert.match(output, /pullgate: wrote .*bundle\.json\. .*Read it first/);
  });
});

interface Bundle {
  readonly versions: { readonly pullgate: string };
  readonly config: { readonly profile: string };
  readonly findings: readonly { readonly findings: readonly { readonly kind: string }[] }[];
  readonly objects: readonly { readonly spec: { readonly template: { readonly spec: object } } }[];
  readonly requests: readonly { readonly method: string; readonly url: string; readonly answer: number | string }[];
}

function configFor(folder: string): object {
  return {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    profile: 'strict',
    network: { allowLoopback: true },
    certsDir: join(folder, 'certs.d'),
    proxy: { http: `http://me:${planted.proxy}@proxy.example.com`, none: '127.0.0.1,localhost' },
    exemptions: [{ images: ['x.example.com/*'], kinds: ['latest-tag'], reason: planted.reason }],
  };
}

function manifestsFor(host: string): readonly object[] {
  const type = 'kubernetes.io/dockerconfigjson';
  const auths = { [host]: { auth: auth(planted.pullSecret) } };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'regcred', namespace: 'shop' },
    type,
    stringData: { '.dockerconfigjson': JSON.stringify({ auths }), other: planted.otherKey },
  };
  const container = {
    name: 'app',
    image: `${host}/team/app:v1`,
    imagePullPolicy: 'Always',
    env: [{ name: 'PASSWORD', value: planted.env }],
    args: [planted.argument],
  };
  const spec = {
    initContainers: [{ name: 'init', image: `http://robot:${planted.imageUser}@${host}/team/app:v1` }],
    containers: [
      container,
      { ...container, name: 'moved', image: `${host}/team/moved/app:v1` },
      { ...container, name: 'user', image: `${host}/team/user/app:v1` },
    ],
    imagePullSecrets: [{ name: 'regcred' }],
    serviceAccountName: 'robot',
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': planted.annotation };
  const metadata = { name: 'web', namespace: 'shop', annotations, labels: { app: planted.label } };
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { metadata, spec } } };
  // Its secret is in no manifest, so the docker config is used.
  const other = { ...spec, containers: [container], imagePullSecrets: [{ name: 'absent' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'other' }, spec: other };
  return [secret, web, pod];
}
