/*
 * Helm 3 and 4. Run as a program (`make helm`), it builds them from the Go module proxy into the user's cache folder.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { KubectlResult } from './control-plane/kubectl.ts';

/** The releases of Helm that the chart is tested with, by module. */
const releases = { v3: 'v3.22.0', v4: 'v4.3.1' } as const;
export type HelmMajor = keyof typeof releases;
export const helmMajors = Object.keys(releases) as readonly HelmMajor[];

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');

/** Returns the path of the program. It exists after `make helm`. */
export function helmProgram(major: HelmMajor): string {
  return join(cache, `pullgate-helm-${releases[major]}`, 'helm');
}

/** Returns the options of a suite that needs both: `skip` has the reason if one is missing. Throws if `CI=true`. */
export async function needsHelm(): Promise<{ readonly skip?: string }> {
  for (const major of helmMajors) {
    if (await exists(helmProgram(major))) continue;
    const reason = `no Helm ${releases[major]}: run \`make helm\`, which needs Go`;
    if (process.env['CI'] === 'true') throw new Error(reason);
    return { skip: reason };
  }
  return {};
}

/** Runs Helm for at most three minutes, without the user's own settings. `input` is its standard input. */
export async function helm(major: HelmMajor, args: readonly string[], input = ''): Promise<KubectlResult> {
  const folders = Object.fromEntries(
    ['CACHE', 'CONFIG', 'DATA'].map((name) => [`HELM_${name}_HOME`, join(tmpdir(), 'pullgate-no-helm-settings')]),
  );
  const child = spawn(helmProgram(major), args, {
    env: { ...process.env, ...folders },
    signal: AbortSignal.timeout(180_000),
  });
  const stdout = child.stdout.setEncoding('utf8').toArray();
  const stderr = child.stderr.setEncoding('utf8').toArray();
  child.stdin.on('error', () => {}).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout: (await stdout).join(''), stderr: (await stderr).join('') };
}

/** Builds the program if it is missing. Throws an error with the output of Go if that fails. */
async function build(major: HelmMajor, go: string): Promise<void> {
  const program = helmProgram(major);
  if (await exists(program)) return;
  await mkdir(dirname(program), { recursive: true });
  // In the cache folder, so that the program appears there as a whole.
  const folder = await mkdtemp(join(dirname(program), 'build-'));
  const options = {
    cwd: folder,
    // A Go that is too old fetches the one that Helm needs.
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: process.env['GOTOOLCHAIN'] ?? 'auto' },
    maxBuffer: 64 * 1024 * 1024,
  };
  const command = `helm.sh/helm/${major}/cmd/helm`;
  try {
    await promisify(execFile)(go, ['mod', 'init', 'local'], options);
    await promisify(execFile)(go, ['get', `${command}@${releases[major]}`], options);
    await promisify(execFile)('nice', [go, 'build', '-trimpath', '-ldflags', '-s -w', '-o', 'helm', command], options);
    await rename(join(folder, 'helm'), program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findGo(): Promise<string | undefined> {
  for (const go of ['go', '/usr/local/go/bin/go']) {
    if (
      await promisify(execFile)(go, ['version']).then(
        () => true,
        () => false,
      )
    )
      return go;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function buildAll(): Promise<string | undefined> {
  const go = await findGo();
  if (go === undefined) return (await needsHelm()).skip;
  try {
    for (const major of helmMajors) await build(major, go);
    return undefined;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return String(error);
  }
}

if (import.meta.main) {
  const problem = await buildAll();
  if (problem !== undefined) process.stdout.write(`The tests of the Helm chart will be skipped: ${problem}\n`);
}
