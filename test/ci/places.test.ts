import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/commands/program.ts';
import { arrayOf, descend, objectOf, stringOf } from '../../src/lib/json.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFile(join(root, name), 'utf8');
const pod = (image: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{image: "${image}"}]}}\n`;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-ci-'));
  await mkdir(join(folder, 'deploy/more'), { recursive: true });
  await writeFile(join(folder, 'deploy/more/bad.yaml'), pod('A:::'));
  await writeFile(join(folder, 'good.yaml'), pod('localhost:9/a:v1'));
  await mkdir(join(folder, 'bin'));
  await writeFile(
    join(folder, 'bin/pullgate'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`,
  );
  await chmod(join(folder, 'bin/pullgate'), 0o755);
});

after(() => rm(folder, { recursive: true }));

/** Runs a script in the folder with `pullgate` in PATH. */
async function bash(script: string, env: Readonly<Record<string, string>>) {
  const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  const options = { cwd: folder, env: { PATH, HOME: folder, RUNNER_TEMP: folder, ...env } };
  return promisify(execFile)('bash', ['-eo', 'pipefail', '-c', script], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

describe('the GitHub Action', () => {
  const action = read('action.yml').then((text) => objectOf(parse(text)));

  async function check(inputs: Readonly<Record<string, string>>) {
    const document = await action;
    const step = arrayOf(descend(document, ['runs'])['steps'])
      .map(objectOf)
      .find(({ name }) => name === 'Check');
    const defaults = Object.entries(objectOf(document['inputs'])).map(([name, input]) => [
      name,
      stringOf(objectOf(input)['default']),
    ]);
    const given: Readonly<Record<string, string>> = { ...Object.fromEntries(defaults), ...inputs };
    const env = Object.entries(objectOf(step?.['env'])).map(([key, value]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(stringOf(value))?.[1] ?? '';
      return [key, given[input] ?? assert.fail(key)];
    });
    return bash(stringOf(step?.['run']), Object.fromEntries(env));
  }

  test('fails, annotates the file, prints the report and writes SARIF', async () => {
    const { code, stdout } = await check({});
    assert.equal(code, 1);
    assert.match(stdout, /^::error file=deploy\/more\/bad\.yaml,line=1,title=invalid-image-name in Pod default\/p::/m);
    assert.match(stdout, /^deploy\/more\/bad\.yaml:1: denied$/m);
    const sarif = JSON.parse(await readFile(join(folder, 'pullgate.sarif'), 'utf8')) as unknown;
    assert.equal(arrayOf(objectOf(sarif)['runs']).length, 1);
  });

  test('takes several paths, and passes with fail-on: never', async () => {
    const { code, stdout } = await check({ path: 'good.yaml\ndeploy', 'fail-on': 'never' });
    assert.equal(code, 0);
    assert.match(stdout, /^2 objects, /m);
  });
});

describe('the GitLab template', () => {
  test('writes the reports that it uploads', async () => {
    const [spec, jobs] = parseAllDocuments(await read('ci/gitlab.yml')).map((document) =>
      objectOf(document.toJS() as unknown),
    );
    const inputs = descend(spec, ['spec', 'inputs']);
    const job = descend(jobs, ['pullgate']);
    const filled = (text: unknown) =>
      stringOf(text).replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) =>
        stringOf(objectOf(inputs[name])['default']),
      );
    const env = Object.entries(objectOf(job['variables'])).map(([key, value]) => [key, filled(value)]);
    const script = arrayOf(job['script']).map(filled).join('\n');
    const { code, stdout } = await bash(script, Object.fromEntries(env));
    assert.equal(code, 1);
    assert.match(stdout, /^1 object, /m);
    const artifacts = descend(job, ['artifacts']);
    const files = [...arrayOf(artifacts['paths']), ...Object.values(objectOf(artifacts['reports']))].map(stringOf);
    assert.equal(files.length, 3);
    for (const file of files) assert.ok((await readFile(join(folder, file), 'utf8')).length > 0, file);
  });

  test('has the version of the package', async () => {
    const text = await read('ci/gitlab.yml');
    assert.ok(text.includes(`default: ${packageJson.version}\n`));
    assert.ok(text.includes(`/v${packageJson.version}/ci/gitlab.yml`));
  });
});

describe('the pre-commit hook', () => {
  test('is a command line that takes files as arguments', async () => {
    const [hook] = arrayOf(parse(await read('.pre-commit-hooks.yaml'))).map(objectOf);
    const { code, stdout } = await bash(`${stringOf(hook?.['entry'])} deploy/more/bad.yaml good.yaml`, {});
    assert.equal(code, 1);
    assert.match(stdout, /^2 objects, /m);
  });
});

describe('the example for Argo CD', () => {
  test('has arguments that pullgate understands, and the image of this version', async () => {
    const [job] = parseAllDocuments(await read('ci/argocd-presync.yaml')).map((document) =>
      objectOf(document.toJS() as unknown),
    );
    const [container] = arrayOf(descend(job, ['spec', 'template', 'spec'])['containers']).map(objectOf);
    assert.equal(container?.['image'], `ghcr.io/pullgate/pullgate:${packageJson.version}`);
    const words = arrayOf(container['args']).map(stringOf);
    const program = createProgram({ name: 'pullgate', stop: new AbortController().signal });
    const command = program.commands.find((candidate) => candidate.name() === words[0]);
    assert.ok(command);
    assert.deepEqual(command.parseOptions(words.slice(1)).unknown, []);
  });
});
