import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, largeTeam, manyImages, manyWorkloads } from '../support/many-workloads.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { configHead, runOffline } from './run-offline.ts';

test('1,000 workloads with 200 images ask for each image once, and for one token of each scope', async () => {
  await using registry = await startScript(manyImages(largeTeam));
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-once-'));
  try {
    await writeFile(join(folder, 'pullgate.yaml'), configHead);
    const items = manyWorkloads(registry.symbols['registry'] ?? '', largeTeam);
    const { text, kinds } = await runOffline(folder, { apiVersion: 'v1', kind: 'List', items });
    assert.match(text, /"objects": 1000,\s+"images": 200,\s+"denied": 0,\s+"warned": 0/);
    assert.deepEqual(kinds, []);
    const { challenges, ...given } = answered(registry.log);
    assert.deepEqual(given, { manifests: 200, tokens: 20, distinctTokens: 20 });
    // Four workloads are checked at the same time, so at most four meet the challenge of a repository.
    assert.ok(challenges <= 4 * largeTeam.repositories, String(challenges));
  } finally {
    await rm(folder, { recursive: true });
  }
});
