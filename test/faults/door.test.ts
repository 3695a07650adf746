import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { after, test } from 'node:test';
import { exchange, reviewText, type Reviewed } from '../support/admission-client.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { deployment } from '../support/pods.ts';
import { alice, basicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { openCalledSite, type CalledReplica, type CalledSite } from './support/called-site.ts';
import { until } from './support/until.ts';

/** A namespace with a secret for a private registry, and a client that reaches the port of the webhook. */
interface Stage {
  readonly site: CalledSite;
  readonly registry: RunningScript;
  readonly replica: CalledReplica;
}

const needs = await needsControlPlane();
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
let started: Promise<Stage> | undefined;

/** The stage that all tests share. It starts when the first test needs it. */
function stage(): Promise<Stage> {
  return (started ??= startStage());
}

async function startStage(): Promise<Stage> {
  const [site, registry] = await Promise.all([openCalledSite(), startScript(basicRegistry())]);
  const { kubectl } = site.plane;
  const server = `--docker-server=${registry.substitute('{{registry}}')}`;
  const login = [`--docker-username=${alice.username}`, `--docker-password=${alice.password}`];
  await succeed(kubectl, ['create', 'namespace', 'closed']);
  await succeed(kubectl, ['create', 'secret', 'docker-registry', 'pull', server, ...login, '-n', 'closed']);
  return { site, registry, replica: await site.start() };
}

after(async () => {
  const running = await started;
  agent.destroy();
  await running?.registry.close();
  await running?.site[Symbol.asyncDispose]();
});

/** Asks the replica directly about a private image in the namespace `closed`. */
async function ask(path: string): Promise<Reviewed> {
  const { registry, replica } = await stage();
  const object = deployment([registry.substitute('{{registry}}/team/app:v9')], {
    imagePullSecrets: [{ name: 'pull' }],
  });
  return exchange(agent, replica.port, path, reviewText(object, { namespace: 'closed' }));
}

async function storedPath(): Promise<string> {
  const { site } = await stage();
  const { path } = await site.entry();
  assert.match(path ?? '', /^\/validate\/[0-9a-f]{64}$/);
  return path ?? '';
}

test('F114 a direct review with the path in the webhook configuration tells what is private', needs, async () => {
  const { allowed, message } = await ask(await storedPath());
  assert.equal(allowed, false);
  assert.match(message, /has no tag "v9"/);
  assert.match(message, /secret "pull"/);
});

const wrongPaths: readonly { it: string; path: (right: string) => string }[] = [
  { it: 'no path', path: () => '/' },
  { it: 'the path of earlier releases', path: () => '/validate' },
  { it: 'an empty token', path: () => '/validate/' },
  { it: 'another token', path: () => `/validate/${'0'.repeat(64)}` },
  { it: 'the token and one more letter', path: (right) => `${right}0` },
  { it: 'the token without its last letter', path: (right) => right.slice(0, -1) },
  { it: 'the token in upper case', path: (right) => `/validate/${right.slice(10).toUpperCase()}` },
];
for (const { it, path } of wrongPaths) {
  test(`F114 a direct review with ${it} learns nothing`, needs, async () => {
    const { registry } = await stage();
    const nothing = await ask('/nothing');
    registry.log.length = 0;
    const { status, text } = await ask(path(await storedPath()));
    assert.deepEqual([status, text], [404, nothing.text]);
    assert.deepEqual(registry.log, []);
  });
}

test('F114 probes and metrics need no path, and nothing tells it', needs, async () => {
  const { replica } = await stage();
  const path = await storedPath();
  await ask(path);
  await ask(`${path}0`);
  const answers = await Promise.all(
    ['/healthz', '/readyz', '/metrics'].map((open) => exchange(agent, replica.port, open, undefined)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  await until('the log has the refused review', () => replica.daemon.tail().includes('"status":404'));
  const processes = await readFile(`/proc/${replica.daemon.pid}/cmdline`, 'utf8');
  const [token = path] = path.split('/').slice(-1);
  for (const text of [...answers.map(({ text }) => text), replica.daemon.tail(), processes]) {
    assert.ok(!text.includes(token), text);
  }
});

test(
  'F114 a path that the operator wrote into the webhook configuration is kept, and is the only one',
  needs,
  async () => {
    const { site } = await stage();
    const chosen = `/validate/${'chosen-by-me-'.repeat(3)}x`;
    await site.patch({ op: 'replace', path: '/webhooks/0/clientConfig/service/path', value: chosen });
    const answer = await ask(chosen);
    assert.deepEqual([answer.status, (await site.entry()).path], [200, chosen]);
    assert.equal((await ask('/validate')).status, 404);
  },
);
