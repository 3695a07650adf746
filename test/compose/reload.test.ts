import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { currentChecker, type CurrentChecker } from '../../src/compose/current-checker.ts';
import { mountedFiles, reload } from '../../src/compose/reload.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLog } from '../../src/observe/log.ts';

const folder = await mkdtemp(join(tmpdir(), 'pullgate-reload-'));
after(() => rm(folder, { recursive: true }));
const ca = join(folder, 'ca.pem');

interface Stage extends AsyncDisposable {
  readonly checker: CurrentChecker;
  /** The result of each change, as the metric counts it. */
  readonly results: readonly string[];
  readonly lines: readonly string[];
  write(settings: object): Promise<void>;
}

/** Starts `reload` for a config file. Creating its checker fails if `compose` throws. */
async function stage(name: string, compose: (config: Config) => Promise<void> = async () => undefined): Promise<Stage> {
  const configPath = join(folder, `${name}.yaml`);
  async function write(settings: object): Promise<void> {
    const head = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'PullgateConfiguration' };
    await writeFile(configPath, stringify({ ...head, ...settings }));
  }
  await write({});
  const loaded = await loadConfig(configPath, {});
  if (loaded.kind === 'invalid') throw new Error(loaded.problem);
  const checker = await currentChecker(loaded.config, async (config) => {
    await compose(config);
    return { check: async () => [], problems: () => [], close: async () => undefined };
  });
  const [results, lines]: [string[], string[]] = [[], []];
  const log = createLog('warn', { write: (line) => lines.push(line) });
  const metrics = { configReloaded: (result: string) => void results.push(result) };
  const stop = new AbortController();
  const keepAlive = setInterval(() => undefined, 1_000);
  const options = { configPath, text: loaded.text, overrides: {}, checker, log, metrics, everyMs: 5 };
  const running = reload(options, stop.signal);
  return {
    checker,
    results,
    lines,
    write,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      clearInterval(keepAlive);
    },
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a changed configuration', { timeout: 120_000 }, () => {
  test('that names a missing file is accepted as soon as the file exists', async () => {
    let there = false;
    await using running = await stage('later', async (config) => {
      if (mountedFiles(config).length > 0 && !there) throw new Error('ca.pem: cannot be read');
    });
    await running.write({ profile: 'strict', registries: [{ host: 'r.example.com', ca }] });
    await until(() => running.results.includes('rejected'));
    assert.equal(running.checker.config.profile, 'balanced');
    there = true;
    await writeFile(ca, 'text');
    await until(() => running.checker.config.profile === 'strict');
    await until(() => running.results.at(-1) === 'accepted');
  });

  test('that arrives during another change replaces it afterwards', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const made: string[] = [];
    await using running = await stage('slow', async ({ profile }) => {
      made.push(profile);
      if (profile === 'audit') await gate;
    });
    await running.write({ profile: 'audit' });
    await until(() => made.includes('audit'));
    await running.write({ profile: 'strict' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(made, ['balanced', 'audit'], 'one at a time');
    open();
    await until(() => running.checker.config.profile === 'strict');
  });

  test('that cannot be parsed stays rejected, even if the files that it names change', async () => {
    await writeFile(ca, 'one');
    let made = 0;
    await using running = await stage('broken', async () => void (made += 1));
    await running.write({ registries: [{ host: 'r.example.com', ca }] });
    await until(() => running.results.includes('accepted') && made >= 2);
    await running.write({ profile: 'none' });
    await until(() => running.results.at(-1) === 'rejected');
    const before = made;
    await writeFile(ca, 'two');
    await until(() => made > before);
    assert.equal(running.results.at(-1), 'rejected');
  });

  test('logs which of its options need a restart', async () => {
    await using running = await stage('late');
    await running.write({ events: true, server: { port: 9443 }, profile: 'strict' });
    const logged = () => running.lines.find((line) => line.includes('"options"'));
    await until(() => logged() !== undefined);
    assert.deepEqual(JSON.parse(logged() ?? '')['options'], ['server', 'events']);
  });
});
