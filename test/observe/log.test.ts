import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Redacted } from '../../src/lib/redacted.ts';
import { createLog, type LogLevel } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { watchReviews } from '../../src/observe/reviews.ts';

/** Returns a log, and the list that it adds its lines to. */
function logged(level: LogLevel = 'info') {
  const lines: string[] = [];
  return { lines, log: createLog(level, { write: (line) => lines.push(line) }) };
}

/** Returns a watcher of reviews. `last` returns the last line of its log. */
function watched() {
  const { lines, log } = logged();
  const metrics = createMetrics({ inFlight: () => 0, waiting: () => 0, eventLoopLagMs: () => 0 });
  const watcher = watchReviews(log, metrics);
  return { watcher, metrics, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

const request = { uid: 'u1', kind: { kind: 'Pod' }, namespace: 'default', name: 'web', operation: 'CREATE' };

const decisions = [
  {
    it: 'has the verdict allowed if there are no findings',
    decision: { allowed: true, findings: [] },
    verdict: 'allowed',
    findings: [],
  },
  {
    it: 'has the verdict allowed if the findings are ignored',
    decision: { allowed: true, findings: [{ kind: 'not-pinned', action: 'ignore' }] },
    verdict: 'allowed',
    findings: ['not-pinned'],
  },
  {
    it: 'has the verdict warned, and each kind of finding once',
    decision: {
      allowed: true,
      findings: [
        { kind: 'latest-tag', action: 'warn' },
        { kind: 'latest-tag', action: 'warn' },
      ],
    },
    verdict: 'warned',
    findings: ['latest-tag'],
  },
  {
    it: 'has the verdict denied',
    decision: { allowed: false, findings: [{ kind: 'image-not-found', action: 'deny' }] },
    verdict: 'denied',
    findings: ['image-not-found'],
  },
] as const;

describe('the log of reviews', () => {
  for (const { it, decision, verdict, findings } of decisions) {
    test(it, async () => {
      const { watcher, metrics, last } = watched();
      watcher.decided(request, decision, 12.345);
      const { time, ...line } = last();
      assert.ok(Date.parse(time) > 0);
      assert.deepEqual(line, {
        level: 'info',
        uid: 'u1',
        operation: 'CREATE',
        namespace: 'default',
        kind: 'Pod',
        name: 'web',
        verdict,
        findings,
        ms: 12.3,
        msg: 'reviewed',
      });
      assert.match(
        (await metrics.expose()).text,
        new RegExp(`^pullgate_reviews_total\\{verdict="${verdict}"\\} 1$`, 'm'),
      );
    });
  }

  test('shows a dry run, and why there was no review', () => {
    const { watcher, last } = watched();
    watcher.decided({ ...request, dryRun: true }, { allowed: true, findings: [] }, 1, 'overload');
    const { dryRun, skipped } = last();
    assert.deepEqual([dryRun, skipped], [true, 'overload']);
  });

  test('follows changes of the log level', () => {
    const { lines, log } = logged('error');
    const watcher = watchReviews(log, createMetrics({ inFlight: () => 0, waiting: () => 0, eventLoopLagMs: () => 0 }));
    watcher.decided(request, { allowed: true, findings: [] }, 1);
    log.level = 'info';
    watcher.decided(request, { allowed: true, findings: [] }, 1);
    assert.equal(lines.length, 1);
  });

  test('shows the cause of a failure', () => {
    const { watcher, last } = watched();
    watcher.failed(new Error('bug'), request);
    const { level, uid, err } = last();
    assert.deepEqual([level, uid, err.message], ['error', 'u1', 'bug']);
  });
});

const ends = [
  { it: 'writes all lines before the process ends', end: '' },
  { it: 'writes all lines before process.exit()', end: 'process.exit(0);' },
];

describe('the log', () => {
  test('prints no secret, by type or by name', () => {
    const { lines, log } = logged();
    log.info({
      a: new Redacted('geheim'),
      password: 'geheim',
      headers: { authorization: 'geheim' },
      x: { auth: 'geheim' },
    });
    assert.doesNotMatch(lines.join(''), /geheim/);
  });

  test('writes one line even if a name has line breaks', () => {
    const { lines, log } = logged();
    log.info({ name: 'a\nb\u2028c\u001b[31m' });
    assert.equal(lines.join('').trimEnd().split('\n').length, 1);
  });

  test('writes nothing below its level', () => {
    const { lines, log } = logged('warn');
    log.info('a');
    assert.deepEqual(lines, []);
  });

  for (const { it, end } of ends) {
    test(it, async () => {
      const script = `
      const { createLog } = await import('${new URL('../../src/observe/log.ts', import.meta.url).href}');
      createLog('info').info('last line');
      ${end}`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
      assert.match(stdout, /last line/);
    });
  }
});
