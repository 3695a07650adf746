import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';
import { openSite, type Replica, type Site } from './support/serving.ts';
import { until } from './support/until.ts';

const day = 86_400_000;

/** How often the files are read, in ms, and some more. */
const withinMs = 45_000;

/** Replaces the files by a certificate that was issued at `issuedAt` and is valid for ten days. */
async function replace({ folder }: Site, issuedAt: number): Promise<void> {
  const validity = { now: issuedAt, lifetimeMs: 10 * day };
  const { cert, key } = await issueLeaf(await createAuthority(validity), { ...validity, names: ['127.0.0.1'] });
  await writeFile(join(folder, 'tls.crt'), cert);
  await writeFile(join(folder, 'tls.key'), key);
}

async function metric({ metrics }: Watched, name: string): Promise<number> {
  const found = new RegExp(`^pullgate_certificate_${name}_timestamp_seconds (\\S+)$`, 'm').exec(await metrics());
  return Number(found?.[1]) * 1_000;
}

/** What an operator sees of a replica. Its HTTPS port cannot be used by clients that verify the certificate. */
interface Watched {
  readonly log: () => string;
  readonly ready: () => Promise<string>;
  readonly metrics: () => Promise<string>;
}

function watched(replica: Replica): Watched {
  const get = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${replica.metricsPort}${path}`)).text();
  return { log: () => replica.daemon.tail(), ready: () => get('/readyz'), metrics: () => get('/metrics') };
}

const invalid = [
  {
    it: 'has expired',
    issuedAt: Date.now() - 20 * day,
    validity: 'expired',
    line: /^\[!\] certificate: expired at 20\d\d-/m,
  },
  {
    it: 'is not valid yet',
    issuedAt: Date.now() + 20 * day,
    validity: 'not-yet-valid',
    line: /^\[!\] certificate: not valid before 20\d\d-/m,
  },
];

describe('the pair in the certificate files', { concurrency: true }, () => {
  for (const { it, issuedAt, validity, line } of invalid) {
    test(`F119 at the start: the log, /readyz and the metrics say that it ${it}`, async () => {
      await using site = await openSite();
      await replace(site, issuedAt);
      await using replica = await site.start();
      const seen = watched(replica);
      await until('the log says it', () => seen.log().includes(`"validity":"${validity}"`), withinMs);
      assert.match(await seen.ready(), line);
      const [from, to] = [await metric(seen, 'start'), await metric(seen, 'expiry')];
      assert.ok(validity === 'expired' ? to < Date.now() : from > Date.now());
    });

    test(`F119 while it runs: a new pair that ${it} does not replace a valid one, and the log says why`, async () => {
      await using site = await openSite();
      await using replica = await site.start();
      const seen = watched(replica);
      const before = await metric(seen, 'expiry');
      await replace(site, issuedAt);
      await until('the log says it', () => seen.log().includes(`"problem":"${validity}"`), withinMs);
      assert.equal(await metric(seen, 'expiry'), before);
      assert.match(await seen.ready(), /^\[\+\] certificate$/m);
      await replace(site, Date.now());
      await until('a valid pair is used', async () => (await metric(seen, 'expiry')) !== before, withinMs);
    });
  }
});
