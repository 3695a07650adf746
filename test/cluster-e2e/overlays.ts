import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deployment } from '../e2e/objects.ts';
import { certManagerKinds } from '../support/cert-manager.ts';
import { commandsOf } from '../manifests/page.ts';
import { until } from './cluster.ts';
import { good, locked, missing, open } from './images.ts';
import { run } from './kit.ts';
import { refreshVolumes, tryKubectl, untilMissingTagIs, untilReady, untilReplaced, type Result } from './pullgate.ts';
import { install, type Stage } from './site.ts';

const webhook = 'validatingwebhookconfiguration/pullgate';

/** Tests each overlay after another one, with the commands in docs/operations.md. */
export function overlays(stage: () => Stage): void {
  async function change(from: string, to: string): Promise<void> {
    for (const args of [...commandsOf(`to ${to}`), ...commandsOf(`from ${from}`)]) await stage().cluster.must(...args);
  }

  async function untilLockedIs(verdict: Result['verdict'], namespace: string): Promise<Result> {
    const args = ['create', '-n', namespace, '--dry-run=server', '-f', '-'];
    const manifest = deployment('locked', locked, { secrets: ['right'] });
    return until(
      () => tryKubectl(stage().cluster, args, manifest),
      (result) => result.verdict === verdict,
    );
  }

  describe('the overlays', () => {
    const broken: readonly { it: string; image: string; text: RegExp; kubelet: RegExp }[] = [
      { it: 'a missing tag', image: missing, text: /has no tag/, kubelet: /not found/ },
      {
        it: 'a private image without a secret',
        image: locked,
        text: /asks for credentials/,
        kubelet: /401|no basic auth|authorization failed/,
      },
    ];
    for (const { it, image, text, kubelet } of broken) {
      test(`audit: ${it} causes a warning, and then ImagePullBackOff for the same reason`, async () => {
        const { cluster } = stage();
        await install(stage(), { on: 'overlays/audit' });
        await refreshVolumes(cluster);
        await untilMissingTagIs(cluster, 'warned');
        const result = await tryKubectl(cluster, ['apply', '-n', 'shop', '-f', '-'], deployment('broken', image));
        assert.equal(result.verdict, 'warned');
        assert.match(result.text, text);
        const path = 'jsonpath={.items[*].status.containerStatuses[*].state.waiting}';
        const waiting = () => cluster.must('get', 'pods', '-n', 'shop', '-l', 'app=broken', '-o', path);
        await until(waiting, (state) => state.includes('ImagePullBackOff') && kubelet.test(state));
        await cluster.must('delete', 'deployment', 'broken', '-n', 'shop');
        await cluster.must('wait', 'pod', '-l', 'app=broken', '-n', 'shop', '--for=delete', '--timeout=60s');
      });
    }

    test('namespaced-secrets: a secret is read if a RoleBinding allows it, and otherwise causes a warning', async () => {
      const { cluster } = stage();
      await cluster.must('get', 'secret', 'right', '-n', 'shop');
      await install(stage(), { on: 'overlays/namespaced-secrets' });
      await change('audit', 'namespaced-secrets');
      await refreshVolumes(cluster);
      await untilMissingTagIs(cluster, 'denied');
      assert.match((await untilLockedIs('warned', 'shop')).text, /right/);
      const secret = JSON.parse(await cluster.must('get', 'secret', 'right', '-n', 'shop', '-o', 'json')) as {
        data: object;
      };
      await cluster.apply({ ...secret, metadata: { name: 'right', namespace: 'default' } });
      await untilLockedIs('passed', 'default');
    });

    test('cert-manager: its CA stays in the bundle next to the CA of the old replicas, and its certificate is used', async () => {
      const { cluster } = stage();
      await cluster.apply(...certManagerKinds);
      await cluster.must('wait', '--for=condition=established', 'crd', '--all', '--timeout=30s');
      await install(stage(), { on: 'overlays/cert-manager' });
      // The test does the work of cert-manager: it writes the Secret, and overwrites the CA bundle.
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
      await untilMissingTagIs(cluster, 'denied');
    });

    test('strict: denies :latest, and only warns about a registry that does not exist', async () => {
      const { cluster } = stage();
      await install(stage(), { on: 'overlays/strict' });
      await untilReady(cluster);
      await change('cert-manager', 'strict');
      await untilMissingTagIs(cluster, 'denied');
      const create = ['create', 'deployment', 'x', '-n', 'shop', '--dry-run=server'];
      await until(
        () => tryKubectl(cluster, [...create, `--image=${open}/shop/web:latest`]),
        ({ verdict }) => verdict === 'denied',
      );
      assert.equal((await tryKubectl(cluster, [...create, '--image=nosuch.real.test/a:1'])).verdict, 'warned');
      assert.equal((await tryKubectl(cluster, [...create, `--image=${good}`])).verdict, 'passed');
    });
  });

  async function trusted(): Promise<string> {
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    return Buffer.from(await stage().cluster.must('get', webhook, '-o', path), 'base64').toString('utf8');
  }
}

/** Issues a webhook certificate from a CA whose name differs from Pullgate's CA, and returns the data of a TLS Secret. */
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
