import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createScanMetrics, type ScanRound, type WorkloadImage } from '../../src/observe/scan-metrics.ts';

function image(name: string, more: Partial<WorkloadImage> = {}): WorkloadImage {
  const finding = { finding: 'image-not-found', action: 'deny' } as const;
  return { namespace: 'shop', kind: 'Deployment', name, container: 'app', image: 'app:v1', ...finding, ...more };
}

function round(images: readonly WorkloadImage[], more: Partial<ScanRound> = {}): ScanRound {
  const workloads = { denied: images.length, warned: 0, passed: 3 };
  return { result: 'complete', workloads, images, unseen: [], ms: 2_500, at: 1_700_000_000_000, ...more };
}

/** The exported lines of `pullgate_` metrics, without the comments. */
async function linesAfter(max: number, ...rounds: readonly ScanRound[]): Promise<readonly string[]> {
  const metrics = createScanMetrics(max);
  for (const each of rounds) metrics.scanned(each);
  return (await metrics.expose()).text.split('\n').filter((line) => line.startsWith('pullgate_'));
}

async function namesAfter(max: number, ...rounds: readonly ScanRound[]): Promise<readonly string[]> {
  const lines = await linesAfter(max, ...rounds);
  return lines.flatMap((line) => /^pullgate_workload_images\{.*,name="([^"]*)"/.exec(line)?.[1] ?? []);
}

describe('the metrics of a scan', () => {
  test('have one series for each finding', async () => {
    const lines = await linesAfter(10, round([image('web')]));
    for (const line of [
      'pullgate_workload_images{namespace="shop",kind="Deployment",name="web",container="app",image="app:v1",finding="image-not-found",action="deny"} 1',
      'pullgate_workload_images_limit 10',
      'pullgate_workload_images_dropped 0',
      'pullgate_scan_workloads{verdict="denied"} 1',
      'pullgate_scan_workloads{verdict="passed"} 3',
      'pullgate_scans_total{result="complete"} 1',
      'pullgate_scan_duration_seconds 2.5',
      'pullgate_scan_complete_timestamp_seconds 1700000000',
    ])
      assert.ok(lines.includes(line), line);
  });

  test('forget what is no longer found', async () =>
    assert.deepEqual(await namesAfter(10, round([image('old')]), round([image('new')])), ['new']));

  test('keep what was found of a kind that could not be listed', async () => {
    const before = round([image('web'), image('job', { kind: 'CronJob' })]);
    const now = round([], { result: 'incomplete', unseen: ['CronJob'] });
    assert.deepEqual(await namesAfter(10, before, now), ['job']);
    assert.deepEqual(await namesAfter(10, before, now, now), ['job']);
  });

  test('have a limit, and say how much is beyond it; denials come first', async () => {
    const images = [image('a', { action: 'warn' }), image('b'), image('c', { action: 'warn' }), image('d')];
    assert.deepEqual(await namesAfter(2, round(images)), ['b', 'd']);
    assert.ok((await linesAfter(2, round(images))).includes('pullgate_workload_images_dropped 2'));
  });

  test('count the same finding once', async () =>
    assert.deepEqual(await namesAfter(10, round([image('a'), image('a')])), ['a']));

  test('do not move the time of the last complete scan if one is not complete', async () => {
    const later = round([], { result: 'incomplete', at: 1_800_000_000_000 });
    assert.ok((await linesAfter(2, round([]), later)).includes('pullgate_scan_complete_timestamp_seconds 1700000000'));
  });
});
