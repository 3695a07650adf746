import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { coversNames, isIssuedBy, validityOf } from '../../src/tls/certificate.ts';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { openCalledSite, webhookName, type CalledSite } from './support/called-site.ts';
import { clockAhead } from './support/fake-clock.ts';
import { until } from './support/until.ts';

const needs = await needsControlPlane();
const hour = 3_600_000;
const day = 24 * hour;
let started: Promise<CalledSite> | undefined;

/** The site that all tests share. It starts when the first test needs it. */
function site(): Promise<CalledSite> {
  return (started ??= openCalledSite());
}

after(async () => (await started)?.[Symbol.asyncDispose]());

const secret = ['secret', 'pullgate-tls', '-n', 'pullgate'];

/** The certificate in the Secret, as PEM. */
async function shared(): Promise<string> {
  const { plane } = await site();
  const text = await succeed(plane.kubectl, ['get', ...secret, '-o', 'jsonpath={.data.tls\\.crt}']);
  return Buffer.from(text, 'base64').toString('utf8');
}

/** Makes the replicas look at the Secret several times, and returns the certificates that it had. */
async function looks(count: number): Promise<readonly string[]> {
  const { plane } = await site();
  const certs: string[] = [];
  for (let look = 0; look < count; look++) {
    await succeed(plane.kubectl, ['annotate', webhookName, `look=${look}-${Date.now()}`, '--overwrite']);
    // A replica looks at most once a second.
    await sleep(1_500);
    certs.push(await shared());
  }
  return certs;
}

/** Asserts that the API server calls the replicas and trusts them. */
async function assertCalled(): Promise<void> {
  const running = await site();
  await using registry = await startScript(publicRegistry());
  const image = registry.substitute('{{registry}}/team/app:v1');
  await until('a create succeeds', async () => (await running.create(image)).status === 201, 20_000);
}

test('F117 replicas with different names agree on one certificate', needs, async () => {
  const running = await site();
  const replicas = [
    await running.start({ tls: { dnsNames: ['a.example.test'] } }),
    await running.start({ tls: { dnsNames: ['b.example.test', '192.0.2.7'] } }),
  ];
  const certs = new Set(await looks(4));
  assert.equal(certs.size, 1, 'nobody replaces it any more');
  assert.ok(coversNames([...certs][0] ?? '', ['a.example.test', 'b.example.test', '192.0.2.7']));
  await assertCalled();
  for (const replica of replicas) await running.stop(replica);
});

for (const aheadMs of [-3 * hour, 3 * hour, 100 * day]) {
  const hours = `${Math.abs(aheadMs) / hour} h ${aheadMs < 0 ? 'behind' : 'ahead'}`;
  test(`F118 a replica whose clock is ${hours} does not start, says why, and changes nothing`, needs, async () => {
    const running = await site();
    const good = await running.start();
    const before = [await shared(), (await running.entry()).bundle];
    const bad = await running.start({ nodeOptions: clockAhead(aheadMs, 'the start'), early: true });
    await until('it ends', () => ended(bad.daemon), 30_000);
    const real = new Date().toISOString().slice(0, 11);
    assert.match(bad.daemon.tail(), /the clock here says \S+Z, but the clock of the API server says \S+Z/);
    assert.ok(bad.daemon.tail().includes(`API server says ${real}`));
    assert.deepEqual([await shared(), (await running.entry()).bundle], before);
    await assertCalled();
    await running.stop(good);
  });
}

test('F118 a replica whose clock jumps ahead while it runs changes nothing', needs, async () => {
  const running = await site();
  const replicas = [await running.start({ nodeOptions: clockAhead(100 * day, 'SIGUSR2') }), await running.start()];
  const before = [await shared(), (await running.entry()).bundle];
  process.kill(replicas[0]?.daemon.pid ?? 0, 'SIGUSR2');
  assert.deepEqual(new Set(await looks(3)), new Set([before[0]]));
  assert.equal((await running.entry()).bundle, before[1]);
  await assertCalled();
  for (const replica of replicas) await running.stop(replica);
});

test('F118 a certificate that is not valid yet is replaced, and never taken over', needs, async () => {
  const running = await site();
  const good = await running.start();
  const ahead = { now: Date.now() + 100 * day, lifetimeMs: 90 * day };
  const authority = await createAuthority(ahead);
  const future = await issueLeaf(authority, {
    ...ahead,
    names: ['pullgate.pullgate.svc', 'pullgate.pullgate.svc.cluster.local'],
  });
  const stringData = { 'tls.crt': future.cert, 'tls.key': future.key, 'ca.crt': authority.cert };
  await succeed(running.plane.kubectl, ['patch', ...secret, '-p', JSON.stringify({ stringData })]);
  const later = await running.start();
  const [cert = ''] = (await looks(1)).slice(-1);
  assert.equal(validityOf(cert, Date.now()), 'valid');
  assert.ok(isIssuedBy(cert, (await running.entry()).bundle));
  assert.ok(new X509Certificate(cert).validFromDate.getTime() < Date.now() - 23 * hour, 'it is dated a day back');
  await assertCalled();
  for (const replica of [good, later]) await running.stop(replica);
});

function ended({ check }: { readonly check: () => void }): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
