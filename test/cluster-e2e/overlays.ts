import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { deployment } from '../e2e/objects.ts';
import { certManagerKinds } from '../manifests/api-server.ts';
import { commandsOf } from '../manifests/page.ts';
import { until } from './cluster.ts';
import { good, locked, missing, open } from './images.ts';
import { run } from './kit.ts';
import { hurry, tried, untilMissingIs, untilReady, untilReplaced, type Said } from './pullgate.ts';
import { install, type Stage } from './site.ts';

const webhook = 'validatingwebhookconfiguration/pullgate';

/** Each overlay on top of another, with the commands that the page has for that. */
export function overlays(stage: () => Stage): void {
  async function change(from: string, to: string): Promise<void> {
    for (const args of [...commandsOf(`to ${to}`), ...commandsOf(`from ${from}`)]) await stage().cluster.must(...args);
  }

  async function untilLockedIs(verdict: Said['verdict'], namespace: string): Promise<Said> {
    const args = ['create', '-n', namespace, '--dry-run=server', '-f', '-'];
    const manifest = deployment('locked', locked, { secrets: ['right'] });
    return until(
      () => tried(stage().cluster, args, manifest),
      (said) => said.verdict === verdict,
    );
  }

  suite('the overlays', () => {
    const broken: readonly { it: string; image: string; says: RegExp; kubelet: RegExp }[] = [
      { it: 'a missing tag', image: missing, says: /has no tag/, kubelet: /not found/ },
      {
        it: 'a private image without a secret',
        image: locked,
        says: /asks for credentials/,
        kubelet: /401|no basic auth|authorization failed/,
      },
    ];
    for (const { it, image, says, kubelet } of broken) {
      test(`audit: ${it} is warned of, and then ends in ImagePullBackOff for that reason`, async () => {
        const { cluster } = stage();
        await install(stage(), { on: 'overlays/audit' });
        await hurry(cluster);
        await untilMissingIs(cluster, 'warned');
        const said = await tried(cluster, ['apply', '-n', 'shop', '-f', '-'], deployment('broken', image));
        assert.equal(said.verdict, 'warned');
        assert.match(said.text, says);
        const path = 'jsonpath={.items[*].status.containerStatuses[*].state.waiting}';
        const waiting = () => cluster.must('get', 'pods', '-n', 'shop', '-l', 'app=broken', '-o', path);
        await until(waiting, (text) => text.includes('ImagePullBackOff') && kubelet.test(text));
        await cluster.must('delete', 'deployment', 'broken', '-n', 'shop');
        await cluster.must('wait', 'pod', '-l', 'app=broken', '-n', 'shop', '--for=delete', '--timeout=60s');
      });
    }

    test('namespaced-secrets: what a RoleBinding allows is read, the rest is a warning', async () => {
      const { cluster } = stage();
      await cluster.must('get', 'secret', 'right', '-n', 'shop');
      await install(stage(), { on: 'overlays/namespaced-secrets' });
      await change('audit', 'namespaced-secrets');
      await hurry(cluster);
      await untilMissingIs(cluster, 'refused');
      assert.match((await untilLockedIs('warned', 'shop')).text, /right/);
      const secret = JSON.parse(await cluster.must('get', 'secret', 'right', '-n', 'shop', '-o', 'json')) as {
        data: object;
      };
      await cluster.apply({ ...secret, metadata: { name: 'right', namespace: 'default' } });
      await untilLockedIs('passes', 'default');
    });

    test('cert-manager: its CA stays in the bundle beside that of the replicas before, and its certificate is served', async () => {
      const { cluster } = stage();
      await cluster.apply(...certManagerKinds);
      await cluster.must('wait', '--for=condition=established', 'crd', '--all', '--timeout=30s');
      await install(stage(), { on: 'overlays/cert-manager' });
      // cert-manager's part, played by hand: the Secret, and the CA bundle that its injector overwrites.
      const { authority, data } = await issued(cluster.kit.state);
      const bundle = Buffer.from(authority).toString('base64');
      const patch = [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: bundle }];
      await cluster.must('patch', webhook, '--type=json', '-p', JSON.stringify(patch));
      await until(trusted, (text) => text.includes(authority.trim()) && text.split('BEGIN CERT').length > 2);
      const metadata = { name: 'pullgate-cert-manager-tls', namespace: 'pullgate' };
      await cluster.apply({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData: data });
      await untilReplaced(cluster, 2);
      await change('namespaced-secrets', 'cert-manager');
      assert.ok((await trusted()).includes(authority.trim()));
      await untilMissingIs(cluster, 'refused');
    });

    test('strict: :latest is refused, and a registry that is not there only warned of', async () => {
      const { cluster } = stage();
      await install(stage(), { on: 'overlays/strict' });
      await untilReady(cluster);
      await change('cert-manager', 'strict');
      await untilMissingIs(cluster, 'refused');
      const create = ['create', 'deployment', 'x', '-n', 'shop', '--dry-run=server'];
      await until(
        () => tried(cluster, [...create, `--image=${open}/shop/web:latest`]),
        ({ verdict }) => verdict === 'refused',
      );
      assert.equal((await tried(cluster, [...create, '--image=nosuch.real.test/a:1'])).verdict, 'warned');
      assert.equal((await tried(cluster, [...create, `--image=${good}`])).verdict, 'passes');
    });
  });

  async function trusted(): Promise<string> {
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    return Buffer.from(await stage().cluster.must('get', webhook, '-o', path), 'base64').toString('utf8');
  }
}

/** A certificate of the webhook from a CA of another name than Pullgate's own, as the data of a TLS Secret. */
async function issued(state: string): Promise<{ readonly authority: string; readonly data: object }> {
  const file = (name: string): string => join(state, 'pki', name);
  await writeFile(file('webhook.ext'), 'subjectAltName=DNS:pullgate.pullgate.svc');
  const request = ['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('webhook.key'), '-out', file('webhook.csr')];
  await run('openssl', [...request, '-subj', '/CN=webhook']);
  const authority = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '30'];
  const paths = ['-in', file('webhook.csr'), '-out', file('webhook.crt'), '-extfile', file('webhook.ext')];
  await run('openssl', ['x509', '-req', ...paths, ...authority]);
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'webhook.crt', 'webhook.key'].map((name) => readFile(file(name), 'utf8')),
  );
  return { authority: ca ?? '', data: { 'tls.crt': cert, 'tls.key': key } };
}
