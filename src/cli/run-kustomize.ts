import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inline } from '../words/plain-text.ts';
import { maxTextBytes, tooLarge } from './limited-text.ts';
import type { ManifestText } from './parse-manifests.ts';

/** In ms. A kustomization may load remote bases. */
const deadlineMs = 60_000;

/** The names that kustomize looks for: sigs.k8s.io/kustomize api v0.20 `konfig/general.go`. */
const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export interface KustomizeOptions {
  /** The environment for kubectl. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: AbortSignal;
}

/**
 * Returns what `kubectl kustomize` prints for a folder. Its name is that of the kustomization file, because the lines of
 * the output are in no file. Throws an Error that says why there is no output, or the reason of `stop`.
 */
export async function runKustomize(folder: string, { environment, stop }: KustomizeOptions): Promise<ManifestText> {
  const options = { env: environment, signal: stop, timeout: deadlineMs, maxBuffer: maxTextBytes };
  try {
    const { stdout } = await promisify(execFile)('kubectl', ['kustomize', '--', folder], options);
    return { name: await fileOf(folder), text: stdout, rendered: true };
  } catch (error) {
    stop.throwIfAborted();
    throw new Error(reasonOf(error), { cause: error });
  }
}

async function fileOf(folder: string): Promise<string> {
  for (const name of fileNames) {
    const file = join(folder, name);
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  return folder;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, killed, stderr = '' } = error as NodeJS.ErrnoException & { killed?: boolean; stderr?: string };
  if (code === 'ENOENT') return 'kubectl is not in PATH; or use: kustomize build DIR | pullgate check -f -';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `its output is ${tooLarge}`;
  if (killed === true) return `kubectl kustomize did not end within ${deadlineMs / 1000} seconds`;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return `kubectl kustomize: ${inline(said === '' ? error.message : said.replace(/^error: /, ''), 400)}`;
}
