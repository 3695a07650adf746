import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { joined } from '../../src/tls/certificate.ts';
import { followedRules } from '../../src/tls/followed-rules.ts';
import { createAuthority } from '../../src/tls/issue.ts';
import {
  publish,
  type ConfigurationStore,
  type Wanted,
  type WebhookEntries,
  type WebhookEntry,
} from '../../src/tls/webhook-configuration.ts';
import { caCertificate } from '../support/certificates.ts';
import { shippedRules, shippedText } from '../support/shipped-rules.ts';

const now = Date.now();
const day = 86_400_000;
const [older, newer, over] = await Promise.all([
  createAuthority({ now, lifetimeMs: day }),
  createAuthority({ now, lifetimeMs: day }),
  createAuthority({ now: now - 3 * day, lifetimeMs: day }),
]);

/** Of another maker, and of another name. */
const foreign = await caCertificate();

const own = {
  host: 'pullgate.pullgate.svc',
  path: '/validate',
  service: true,
  bundle: '',
  failClosed: true,
  rules: [],
};

/** A store with these entries. The first `conflicts` writes fail, because another replica wrote first. */
function storeOf(conflicts: number, ...entries: readonly Partial<WebhookEntry>[]) {
  let left = conflicts;
  const store: ConfigurationStore & { stored: WebhookEntries; writes: number } = {
    stored: { version: '1', generation: 5, rules: [], entries: entries.map((entry) => ({ ...own, ...entry })) },
    writes: 0,
    async read() {
      return { kind: 'found', value: store.stored };
    },
    async write({ changes }) {
      if (left-- > 0) return 'conflict';
      store.writes += 1;
      const change = new Map(changes.map(({ index, ...fields }) => [index, fields]));
      store.stored = {
        ...store.stored,
        version: '2',
        generation: 6,
        entries: store.stored.entries.map((entry, index) => ({ ...entry, ...change.get(index) })),
      };
      return 'written';
    },
    watch: () => Promise.resolve(true),
  };
  return store;
}

function wanted(ca: string, more: Partial<Wanted> = {}): Wanted {
  const names = ['pullgate.pullgate.svc', '127.0.0.1'];
  return {
    ca,
    names,
    paths: { wanted: (path) => path, saw: () => undefined },
    rules: followedRules(() => true),
    mayWrite: () => true,
    now: () => now,
    ...more,
  };
}

const signal = AbortSignal.timeout(60_000);

describe('the CA bundle', () => {
  test('a replica that has not heard of a rotation does not take the new CA away', async () => {
    const store = storeOf(0, { bundle: newer.cert });
    assert.equal(await publish(store, wanted(older.cert), signal), 'written');
    assert.equal(store.stored.entries[0]?.bundle, joined([older.cert, newer.cert], now));
  });

  test('the CA of somebody else, such as cert-manager, is kept until it ends', async () => {
    const store = storeOf(0, { bundle: foreign });
    assert.equal(await publish(store, wanted(older.cert), signal), 'written');
    assert.equal(store.stored.entries[0]?.bundle, joined([older.cert, foreign], now));
    assert.equal(await publish(store, wanted(older.cert), signal), 'unchanged');
  });

  test('in another order it is the same bundle', async () => {
    const store = storeOf(0, { bundle: newer.cert + older.cert });
    assert.equal(await publish(store, wanted(older.cert), signal), 'unchanged');
  });

  test('a CA that is over is taken out', async () => {
    const store = storeOf(0, { bundle: over.cert + newer.cert });
    assert.equal(await publish(store, wanted(newer.cert), signal), 'written');
    assert.equal(store.stored.entries[0]?.bundle, newer.cert);
  });

  test('only the entries that lead to this webhook get it', async () => {
    const others = [{ host: 'other.pullgate.svc', bundle: foreign }, { host: 'example.com' }];
    const store = storeOf(0, ...others, { bundle: 'rubbish' }, { host: '127.0.0.1', service: false });
    assert.equal(await publish(store, wanted(newer.cert), signal), 'written');
    assert.deepEqual(
      store.stored.entries.map(({ bundle }) => bundle),
      [foreign, '', newer.cert, newer.cert],
    );
  });

  test('without an entry that leads to this webhook, nothing is written', async () => {
    const store = storeOf(0, { host: 'other.pullgate.svc' });
    assert.equal(await publish(store, wanted(newer.cert), signal), 'not-named');
    assert.equal(store.writes, 0);
  });

  test('a lost race is repeated at once, but not forever', async () => {
    assert.equal(await publish(storeOf(2, {}), wanted(newer.cert), signal), 'written');
    assert.equal(await publish(storeOf(3, {}), wanted(newer.cert), signal), 'conflict');
  });

  test('nothing is written while the clock is wrong', async () => {
    const store = storeOf(0, {});
    const nothing = wanted(newer.cert, { mayWrite: () => false });
    assert.deepEqual([await publish(store, nothing, signal), store.writes], ['held-back', 0]);
  });
});

describe('the path', () => {
  const rows: readonly { it: string; entry: Partial<WebhookEntry>; path: string }[] = [
    { it: 'is written for a Service', entry: { path: '/' }, path: '/secret' },
    { it: 'is not written into a URL', entry: { path: '/', service: false, host: '127.0.0.1' }, path: '/' },
    { it: 'of another webhook stays', entry: { path: '/', host: 'other.pullgate.svc' }, path: '/' },
  ];
  for (const { it, entry, path } of rows) {
    test(it, async () => {
      const store = storeOf(0, {}, entry);
      await publish(store, wanted(newer.cert, { paths: { wanted: () => '/secret', saw: () => undefined } }), signal);
      assert.equal(store.stored.entries[1]?.path, path);
    });
  }

  test('the paths that API servers may call are reported before and after the write', async () => {
    const seen: unknown[] = [];
    const saw = (...call: readonly unknown[]): void => void seen.push(call);
    const options = { paths: { wanted: () => '/secret', saw } };
    await publish(
      storeOf(0, { path: '/old', bundle: newer.cert }, { path: '/no-ca' }),
      wanted(newer.cert, options),
      signal,
    );
    assert.deepEqual(seen, [
      [['/old'], 5],
      [['/secret', '/secret'], 6],
    ]);
  });
});

/** A store with the shipped annotation. */
function ruled(...entries: readonly Partial<WebhookEntry>[]): ReturnType<typeof storeOf> {
  const store = storeOf(0, ...entries);
  store.stored = { ...store.stored, rules: [{ annotation: 'a', text: shippedText }] };
  return store;
}

describe('the rules', () => {
  const fields = { failClosed: true, bundle: newer.cert };

  test('are written to the entries that lead to this webhook, and to no other', async () => {
    const store = ruled(fields, { ...fields, host: 'other.pullgate.svc' });
    assert.equal(await publish(store, wanted(newer.cert), signal), 'written');
    assert.deepEqual(
      store.stored.entries.map(({ rules }) => rules),
      [shippedRules, []],
    );
    assert.equal(await publish(store, wanted(newer.cert), signal), 'unchanged');
  });

  test('come in the same write as the first CA, so that no call can fail', async () => {
    const store = ruled({ failClosed: false });
    await publish(store, wanted(newer.cert), signal);
    assert.deepEqual([store.writes, store.stored.entries[0]?.rules], [1, shippedRules]);
  });

  test('wait for the Service, but the CA does not', async () => {
    const store = ruled({});
    const rules = followedRules(() => false);
    assert.equal(await publish(store, wanted(newer.cert, { rules }), signal), 'written');
    const [entry] = store.stored.entries;
    assert.deepEqual([entry?.bundle, entry?.rules], [newer.cert, []]);
    assert.equal(await publish(store, wanted(newer.cert, { rules }), signal), 'unchanged');
  });

  test('an invalid annotation does not stop the CA', async () => {
    const store = ruled({});
    store.stored = { ...store.stored, rules: [{ annotation: 'a', text: 'x' }] };
    assert.equal(await publish(store, wanted(newer.cert), signal), 'written');
    assert.equal(store.stored.entries[0]?.bundle, newer.cert);
  });

  test('are not written while the clock is wrong', async () => {
    const store = ruled(fields);
    assert.equal(await publish(store, wanted(newer.cert, { mayWrite: () => false }), signal), 'held-back');
  });
});
