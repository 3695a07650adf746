import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { coversNames, validityOf } from '../../src/tls/certificate.ts';
import { stringMapOf } from '../../src/lib/json.ts';
import { status, type ApiServerDouble } from '../support/api-server-double.ts';
import { soon } from '../support/soon.ts';
import { cluster, day, emitterOf, names, replica, secretPath, until, webhookPath } from './replica.ts';

/** The data of the Secret, in base64. */
function dataOf(server: ApiServerDouble): Readonly<Record<string, string>> {
  return stringMapOf(server.objects.get(secretPath)?.['data']);
}

describe('when replicas issue, renew and take over a certificate', () => {
  test('replicas with different names end with one certificate for all names', async () => {
    await using server = await cluster();
    const one = await replica(server, { names: [...names, 'a.test'] });
    const two = await replica(server, { names: [...names, 'b.test', '::1'] });
    if (one.current().cert !== two.current().cert) await once(emitterOf(one), 'changed', soon());
    for (let kept = 0; kept < 3; kept++) await until(two, ({ secret }) => secret === 'kept');
    assert.ok(coversNames(two.current().cert, ['a.test', 'b.test', '::1', ...names]));
    assert.equal(one.current().cert, two.current().cert);
    one.close();
    two.close();
  });

  test('a certificate that is not valid yet is replaced, and not served', async () => {
    await using server = await cluster();
    const ahead = await replica(server, { now: () => Date.now() + 100 * day });
    ahead.close();
    const source = await replica(server);
    assert.equal(source.rounds[0]?.secret, 'issued');
    assert.notEqual(source.current().cert, ahead.current().cert);
    assert.equal(validityOf(source.current().cert, Date.now()), 'valid');
    source.close();
  });

  test('with a wrong clock, nothing is written, and the present certificate stays', async () => {
    await using server = await cluster();
    let right = true;
    let time = Date.now();
    const source = await replica(server, { now: () => time, clockIsRight: () => right });
    const before = source.current();
    const stored = [server.objects.get(secretPath), server.objects.get(webhookPath)];
    [right, time] = [false, time + 100 * day];
    await until(source, ({ secret, configuration }) => secret === 'wrong-clock' && configuration === 'held-back');
    assert.deepEqual([server.objects.get(secretPath), server.objects.get(webhookPath)], stored);
    assert.deepEqual(source.current(), before);
    source.close();
  });

  test('a Secret of an earlier release keeps its certificate, and gets the seeds of the path', async () => {
    await using server = await cluster();
    (await replica(server)).close();
    const { 'path-seed': seed, 'path-seed-next': next, ...older } = dataOf(server);
    server.put('pullgate', 'secrets', { metadata: { name: 'pullgate-tls' }, data: older });
    (await replica(server)).close();
    const data = dataOf(server);
    assert.equal(data['tls.crt'], older['tls.crt']);
    assert.ok(data['path-seed'] !== undefined && data['path-seed'] !== seed && data['path-seed'] !== next);
  });

  test('a renewed certificate comes with the seed that replicas already know', async () => {
    await using server = await cluster();
    let time = Date.now();
    const source = await replica(server, { now: () => time });
    const seeds = () => {
      const { 'path-seed': seed, 'path-seed-next': next } = dataOf(server);
      return [seed, next];
    };
    const [, next] = seeds();
    time += 70 * day;
    await once(emitterOf(source), 'changed', soon());
    assert.equal(seeds()[0], next);
    source.close();
  });

  test('a new certificate waits until the API server trusts it', async () => {
    await using server = await cluster();
    let time = Date.now();
    const source = await replica(server, { now: () => time });
    const before = source.current().cert;
    server.faults.set(webhookPath, [status(500, 'InternalError')]);
    time += 70 * day;
    await until(source, ({ secret }) => secret === 'waiting');
    assert.equal(source.current().cert, before);
    const changed = once(emitterOf(source), 'changed', soon());
    server.faults.delete(webhookPath);
    await until(source, ({ secret }) => secret === 'issued');
    await changed;
    source.close();
  });
});
