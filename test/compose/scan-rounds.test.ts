import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { ScanReport } from '../../src/compose/scan-cluster.ts';
import { scanInRounds } from '../../src/compose/scan-rounds.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import { profiles } from '../../src/engine/policy/policy.ts';
import { createLog } from '../../src/observe/log.ts';
import { sample, subject } from '../words/sample-findings.ts';

function reportOf(...names: readonly string[]): ScanReport {
  const objects = names.map((name) => ({
    source: { from: 'cluster' as const },
    apiVersion: 'apps/v1',
    subject: { ...subject, name },
    images: ['app:v1'],
    verdict: judge([sample('image-not-found')], profiles.balanced),
  }));
  return { objects, passedOver: [], notes: [], problems: [], gaps: [] };
}

function failing(): Promise<ScanReport> {
  return Promise.reject(new Error('the API server cannot be reached'));
}

/** Runs rounds of `scans`; the last one repeats. `work` gets what `/metrics` and the probes answer. */
async function rounds(
  scans: readonly (() => Promise<ScanReport>)[],
  work: (get: (path: string) => Promise<{ status: number; text: string }>) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const { promise: port, resolve } = Promise.withResolvers<number>();
  const log = createLog('info', {
    write: (line: string) => {
      const found = /"port":(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    },
  });
  let at = 0;
  const running = scanInRounds(
    {
      scan: () => scans[Math.min(at++, scans.length - 1)]?.() ?? Promise.reject(new Error('no scan')),
      onReport: async () => undefined,
      everyMs: 20,
      port: 0,
      log,
    },
    stop.signal,
  );
  try {
    const url = `http://127.0.0.1:${await port}`;
    await work(async (path) => {
      const response = await fetch(url + path);
      return { status: response.status, text: await response.text() };
    });
  } finally {
    stop.abort();
    await running;
  }
}

/** Calls `get` until its answer fits. The time limit of the test ends it. */
async function until(get: () => Promise<boolean>): Promise<void> {
  while (!(await get())) await new Promise(setImmediate);
}

describe('pullgate scan --every', { timeout: 60_000 }, () => {
  test('is alive at once, and ready after the first scan', async () => {
    const { promise: first, resolve } = Promise.withResolvers<ScanReport>();
    await rounds([() => first], async (get) => {
      assert.equal((await get('/healthz')).status, 200);
      const early = await get('/readyz');
      assert.equal(early.status, 503);
      assert.match(early.text, /\[-\] scan: the first scan has not ended/);
      resolve(reportOf());
      await until(async () => (await get('/readyz')).status === 200);
    });
  });

  test('serves the result of the last scan', async () => {
    const scans = [async () => reportOf('old'), async () => reportOf('new')];
    await rounds(scans, async (get) => {
      await until(async () => (await get('/metrics')).text.includes('name="new"'));
      assert.doesNotMatch((await get('/metrics')).text, /name="old"/);
    });
  });

  test('goes on after a scan that fails, and keeps the result of the one before', async () => {
    await rounds([async () => reportOf('web'), failing], async (get) => {
      await until(async () => /pullgate_scans_total\{result="failed"\} [1-9]/.test((await get('/metrics')).text));
      assert.match((await get('/metrics')).text, /name="web"/);
    });
  });

  test('says that it cannot listen', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const log = createLog('error', { write: () => undefined });
    const options = { scan: async () => reportOf(), onReport: async () => undefined, everyMs: 1_000, log, port };
    await assert.rejects(scanInRounds(options, AbortSignal.abort()), /cannot listen on port \d+ \(.*in use/);
    server.close();
  });
});
