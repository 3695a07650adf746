import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/read-config.ts';
import type { Config } from '../../src/config/config.ts';
import { manifests } from '../support/overlay.ts';

const files = await readdir(manifests, { recursive: true });
const configs = files.filter((path) => path.endsWith('config.yaml')).toSorted();

async function read(path: string): Promise<Config> {
  const result = readConfig({ name: path, text: await readFile(join(manifests, path), 'utf8') });
  assert.equal(result.kind === 'invalid' ? result.problem : '', '');
  assert.ok(result.kind === 'config');
  return result.config;
}

for (const path of configs) {
  test(`the shipped config ${path} is valid, and has the metrics port that the probes use`, async () => {
    assert.equal((await read(path)).server.metricsPort, 8080);
  });
}

test('the overlays audit and strict have the profiles with their names, and base has balanced', async () => {
  assert.equal((await read('base/config.yaml')).profile, 'balanced');
  assert.equal((await read('overlays/audit/config.yaml')).profile, 'audit');
  assert.equal((await read('overlays/strict/config.yaml')).profile, 'strict');
});

test('the grace period of the pods is longer than the time that Pullgate takes to stop', async () => {
  const { server } = await read('base/config.yaml');
  const [deployment] = parseAllDocuments(await readFile(join(manifests, 'base/deployment.yaml'), 'utf8'));
  const seconds = deployment?.getIn(['spec', 'template', 'spec', 'terminationGracePeriodSeconds']);
  assert.ok(Number(seconds) * 1_000 > server.grace, String(seconds));
  assert.ok(server.grace > server.drain);
});
