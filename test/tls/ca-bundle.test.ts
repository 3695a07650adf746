import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishBundle, type Bundles, type BundleStore } from '../../src/tls/ca-bundle.ts';
import { joined } from '../../src/tls/certificate.ts';
import { createAuthority } from '../../src/tls/issue.ts';
import { caCertificate } from '../support/certificates.ts';

const now = Date.now();
const day = 86_400_000;
const [older, newer, over] = await Promise.all([
  createAuthority({ now, lifetimeMs: day }),
  createAuthority({ now, lifetimeMs: day }),
  createAuthority({ now: now - 3 * day, lifetimeMs: day }),
]);

/** Of another maker, and of another name. */
const foreign = await caCertificate();

function storeOf(...bundles: readonly string[]): BundleStore & { stored: Bundles } {
  return {
    stored: { version: '1', bundles },
    async read() {
      return { kind: 'found', value: this.stored };
    },
    async write(next) {
      this.stored = next;
      return 'written';
    },
  };
}

function publish(store: BundleStore, ca: string): Promise<string> {
  return publishBundle(store, ca, () => now, AbortSignal.timeout(60_000));
}

test('a replica that has not heard of a rotation does not take the new CA away', async () => {
  const store = storeOf(newer.cert);
  assert.equal(await publish(store, older.cert), 'written');
  assert.deepEqual(store.stored.bundles, [joined([older.cert, newer.cert], now)]);
});

test('the CA of somebody else, such as cert-manager, is kept until it ends', async () => {
  const store = storeOf(foreign);
  assert.equal(await publish(store, older.cert), 'written');
  assert.deepEqual(store.stored.bundles, [joined([older.cert, foreign], now)]);
  assert.equal(await publish(store, older.cert), 'unchanged');
});

test('in another order it is the same bundle', async () => {
  const store = storeOf(newer.cert + older.cert);
  assert.equal(await publish(store, older.cert), 'unchanged');
});

test('a CA that is over is taken out', async () => {
  const store = storeOf(over.cert + newer.cert);
  assert.equal(await publish(store, newer.cert), 'written');
  assert.deepEqual(store.stored.bundles, [newer.cert]);
});

test('every webhook of the configuration gets it', async () => {
  const store = storeOf('', 'rubbish');
  assert.equal(await publish(store, newer.cert), 'written');
  assert.deepEqual(store.stored.bundles, [newer.cert, newer.cert]);
});
