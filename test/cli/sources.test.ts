import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { readTexts, type Sources } from '../../src/cli/read-texts.ts';

const stop = new AbortController().signal;
let folder = '';
let origin = '';
const seen: string[] = [];

/** What the server at each path answers. */
const pages: Readonly<Record<string, RequestListener>> = {
  '/a.yaml': (request, response) => {
    seen.push(JSON.stringify(request.headers));
    response.end('kind: A\n');
  },
  '/moved': (_, response) => response.writeHead(302, { location: '/a.yaml' }).end(),
  '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/secure': (_, response) => response.writeHead(301, { location: 'https://127.0.0.1/a.yaml?token=t' }).end(),
  '/local': (_, response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
  '/page': (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>'),
  '/huge': (_, response) => {
    const part = Buffer.alloc(1024 * 1024, 'a');
    const more = (): void => void (response.writable && response.write(part, (error) => (error ? undefined : more())));
    more();
  },
};

const server = createServer((request, response) => {
  const page = pages[new URL(request.url ?? '', 'http://x').pathname];
  if (page === undefined) response.writeHead(404).end();
  else page(request, response);
});

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-sources-'));
  await mkdir(join(folder, 'deploy/prod'), { recursive: true });
  for (const name of ['deploy/b.yaml', 'deploy/a.yml', 'deploy/notes.md', 'deploy/prod/c.json', '[odd].yaml']) {
    await writeFile(join(folder, name), name);
  }
  await writeFile(join(folder, 'large.yaml'), '');
  await truncate(join(folder, 'large.yaml'), 100_000_000);
  await writeFile(join(folder, 'deploy/prod/kustomization.yml'), '');
  await mkdir(join(folder, 'bin'));
  const script = '#!/bin/sh\n[ "$3" = bad ] && { echo "Error: accumulating resources" >&2; exit 1; }\necho "# $*"\n';
  await writeFile(join(folder, 'bin/kubectl'), script);
  await chmod(join(folder, 'bin/kubectl'), 0o755);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

interface Case {
  readonly it: string;
  readonly files?: readonly string[];
  readonly urls?: readonly string[];
  readonly kustomize?: readonly string[];
  readonly path?: string;
  /** Names below the folder or the server. */
  readonly names: readonly string[];
  readonly problem?: RegExp;
}

const cases: readonly Case[] = [
  { it: 'a folder without its subfolders', files: ['deploy'], names: ['deploy/a.yml', 'deploy/b.yaml'] },
  { it: 'a pattern', files: ['deploy/*'], names: ['deploy/a.yml', 'deploy/b.yaml'] },
  {
    it: 'a pattern with **',
    files: ['**/*.{yaml,json}'],
    names: ['[odd].yaml', 'deploy/b.yaml', 'deploy/prod/c.json'],
    problem: /larger than 64 MiB/,
  },
  { it: 'a file whose name looks like a pattern', files: ['[odd].yaml'], names: ['[odd].yaml'] },
  {
    it: 'nothing for a pattern without a match',
    files: ['deploy/*.tf'],
    names: [],
    problem: /no .yaml, .yml or .json/,
  },
  {
    it: 'the other files if one is missing',
    files: ['none.yaml', 'deploy/b.yaml'],
    names: ['deploy/b.yaml'],
    problem: /none\.yaml: cannot be read \(no such file/,
  },
  { it: 'nothing of a file of 100 MB', files: ['large.yaml'], names: [], problem: /large\.yaml: .*larger than 64 MiB/ },
  { it: 'a URL, without its query in the name', urls: ['/a.yaml?token=t'], names: ['/a.yaml'] },
  { it: 'a URL that moved', urls: ['/moved'], names: ['/moved'] },
  { it: 'nothing in a loop of redirects', urls: ['/loop'], names: [], problem: /more than 5 redirects/ },
  {
    it: 'nothing behind a redirect to https',
    urls: ['/secure'],
    names: [],
    problem: /another scheme: https:\/\/127\.0\.0\.1\/a\.yaml\)$/,
  },
  { it: 'nothing behind a redirect to a file', urls: ['/local'], names: [], problem: /another scheme/ },
  { it: 'nothing of a URL without an answer 200', urls: ['/none'], names: [], problem: /answered 404/ },
  { it: 'nothing of a web page', urls: ['/page'], names: [], problem: /use the raw file/ },
  { it: 'nothing of a URL without an end', urls: ['/huge'], names: [], problem: /larger than 64 MiB/ },
  {
    it: 'the output of kubectl kustomize',
    kustomize: ['deploy/prod'],
    names: ['deploy/prod/kustomization.yml'],
  },
  {
    it: 'nothing without kubectl',
    kustomize: ['deploy/prod'],
    path: '/nonexistent',
    names: [],
    problem: /kubectl is not in PATH/,
  },
];

describe('the sources give', () => {
  for (const { it, files = [], urls = [], kustomize = [], path, names, problem } of cases) {
    test(it, async () => {
      const filename = [...files.map((file) => join(folder, file)), ...urls.map((url) => origin + url)];
      const { texts, problems } = await read({ filename, kustomize: kustomize.map((dir) => join(folder, dir)) }, path);
      assert.deepEqual(
        texts.map(({ name }) => name.replace(`${folder}/`, '').replace(origin, '')),
        names,
      );
      if (problem === undefined) assert.deepEqual(problems, []);
      else assert.match(problems.map(({ message }) => message).join('\n'), problem);
    });
  }

  test('what kubectl said if it fails', async () => {
    const { problems } = await read({ filename: [], kustomize: ['bad'] });
    assert.match(problems[0]?.message ?? '', /^bad: .*Error: accumulating resources/);
  });

  test('no line numbers for the output of kustomize', async () => {
    const { texts } = await read({ filename: [], kustomize: [join(folder, 'deploy/prod')] });
    assert.deepEqual(
      texts.map(({ text, rendered }) => [text, rendered]),
      [[`# kustomize -- ${join(folder, 'deploy/prod')}\n`, true]],
    );
  });
});

describe('a URL', () => {
  test('gets no credentials', () => {
    assert.ok(seen.length > 0);
    for (const headers of seen) assert.doesNotMatch(headers, /authorization|cookie/i);
  });

  for (const url of ['http://alice:s3cret@127.0.0.1/a.yaml', 'ftp://alice:s3cret@x/a.yaml', 'http://a:s3cret@:x/']) {
    test(`with a password is not read and not printed: ${url.slice(0, 4)}`, async () => {
      const { texts, problems } = await read({ filename: [url], kustomize: [] });
      assert.deepEqual([texts.length, problems.length], [0, 1]);
      assert.doesNotMatch(JSON.stringify(problems), /s3cret/);
    });
  }

  test('is given up if the user stops', async () => {
    const stopping = new AbortController();
    const reading = readTexts(
      { filename: [`${origin}/huge`], kustomize: [] },
      { stdin: Readable.from([]), recursive: false, environment: {}, stop: stopping.signal },
    );
    stopping.abort();
    await assert.rejects(reading, { name: 'AbortError' });
  });
});

function read(sources: Sources, path = `${join(folder, 'bin')}:/usr/bin:/bin`) {
  return readTexts(sources, { stdin: Readable.from([]), recursive: false, environment: { PATH: path }, stop });
}
