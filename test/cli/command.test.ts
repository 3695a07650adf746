import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const main = join(import.meta.dirname, '../../src/main.ts');
const pod = (image: string) => `{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, image: "${image}"}]}}`;

interface Case {
  readonly it: string;
  readonly input?: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly out: RegExp;
  readonly error: RegExp;
}

const offline = ['-f', '-', '--offline'];
const cases: readonly Case[] = [
  {
    it: '0 if no object pulls an image',
    input: 'a: b',
    args: offline,
    code: 0,
    out: /^0 objects, .+\n$/,
    error: /nothing to check/,
  },
  {
    it: '0 if there are only warnings',
    input: pod('localhost:9/a:v1'),
    args: offline,
    code: 0,
    out: /1 object, 1 image: 0 denied, 1 warned\n$/,
    error: /^$/,
  },
  {
    it: '1 if an object is denied',
    input: pod('A:::'),
    args: offline,
    code: 1,
    out: /<stdin>:1: denied\n/,
    error: /^$/,
  },
  {
    it: '0 if the profile audit turns the denial into a warning',
    input: pod('A:::'),
    args: [...offline, '--profile', 'audit'],
    code: 0,
    out: /1 warned/,
    error: /^$/,
  },
  {
    it: '0 if the only pod template is of an unknown kind and has no image reference, and names the kind',
    input: `{apiVersion: a.example/v1, kind: Rollout, spec: {template: ${pod('A:::')}}}`,
    args: [...offline, '-o', 'json'],
    code: 0,
    out: /"notes": \[\s+\{\s+"file": "<stdin>",\s+"line": 1,/,
    error:
      /^pullgate: <stdin>:1: Rollout is checked by its shape: Pullgate does not know the kind Rollout of a\.example\/v1, but spec\.template\.spec looks like a pod spec; .+"workloads".+\npullgate: <stdin>:1: .+A::: is filled in later\n$/,
  },
  {
    it: '1 if an object of an API version that is gone is denied, and names the version',
    input: `{apiVersion: extensions/v1beta1, kind: Deployment, spec: {template: ${pod('A:::')}}}`,
    args: offline,
    code: 1,
    out: /<stdin>:1: denied\n/,
    error: /^pullgate: <stdin>:1: .*extensions\/v1beta1.*\n$/,
  },
  {
    it: '2 if the YAML is invalid',
    input: 'a: [',
    args: offline,
    code: 2,
    out: /incomplete: 1 problem\n$/,
    error: /^pullgate: <stdin>:1:\d+: .+\n/,
  },
  {
    it: '2 if a file does not exist',
    args: ['-f', 'no/such', '--offline'],
    code: 2,
    out: /incomplete: 1 problem\n$/,
    error: /^pullgate: no\/such: .+\n/,
  },
  { it: '2 if no source is named', args: ['--offline'], code: 2, out: /^$/, error: /-f PATH or -k DIR/ },
  {
    it: '2 if no cluster answers',
    input: pod('a:v1'),
    args: ['-f', '-', '--kubeconfig', 'no/such'],
    code: 2,
    out: /^$/,
    error: /--offline/,
  },
];

describe('pullgate check exits with', () => {
  for (const { it, input = '', args, code, out, error } of cases) {
    test(it, async () => {
      const seen = await run(args, input);
      assert.equal(seen.code, code, seen.error);
      assert.match(seen.out, out);
      assert.match(seen.error, error);
    });
  }

  test('2 if a manifest in a folder is invalid; other files are ignored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pullgate-check-'));
    try {
      await writeFile(join(folder, 'notes.txt'), '[');
      await writeFile(join(folder, 'a.yml'), pod('A:::'));
      assert.equal((await run(['-f', folder, '--offline'], '')).code, 1);
      await writeFile(join(folder, 'b.json'), '{');
      const seen = await run(['-f', folder, '--offline'], '');
      assert.equal(seen.code, 2);
      assert.match(seen.out, /a\.yml:1: denied\n[^]*incomplete: 1 problem\n$/);
      assert.match(seen.error, /b\.json:1:\d+: /);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function run(args: readonly string[], input: string) {
  return runProgram(main, ['check', ...args], input);
}

async function runProgram(program: string, args: readonly string[], input: string) {
  const env = { PATH: process.env['PATH'], DOCKER_CONFIG: '/nonexistent' };
  const child = spawn(process.execPath, [program, ...args], { env });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, error, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out: Buffer.concat(out).toString(), error: Buffer.concat(error).toString() };
}

test('kubectl pullgate is the same program, and its messages have its name', async () => {
  const plugin = join(import.meta.dirname, '../../src/kubectl-pullgate.ts');
  const seen = await runProgram(plugin, ['check', '-f', 'no/such', '--offline'], '');
  assert.equal(seen.code, 2);
  assert.match(seen.error, /^kubectl pullgate: no\/such: /);
});
