/*
 * The kit: a folder outside the checkout (`CLUSTER_KIT`) with scripts that start a cluster of one node with real containers,
 * and that build the image. It needs root and Linux.
 */
import { execFile, spawnSync } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const checkout = join(import.meta.dirname, '../..');
const kit = process.env['CLUSTER_KIT'] ?? join(checkout, '../shared/cluster');

/**
 * Returns the options of a suite that needs the cluster: `skip` has the reason if the suite cannot run. Throws under `CI=true`
 * if the kit exists but cannot be used, so that CI does not skip the suite unnoticed.
 */
export async function needsKit(): Promise<{ readonly skip?: string }> {
  if (!(await exists(join(kit, 'up.sh')))) return { skip: 'found no kit for a real cluster (set CLUSTER_KIT)' };
  const missing = process.platform !== 'linux' ? 'Linux' : process.getuid?.() !== 0 ? 'root' : undefined;
  if (missing === undefined) return {};
  if (process.env['CI'] === 'true') throw new Error(`a real cluster needs ${missing}`);
  return { skip: `a real cluster needs ${missing}` };
}

/** A running cluster that the kit started. */
export interface Kit {
  /** Folder of the cluster: keys, logs, and the script `in.sh`, which runs a program in the network of the cluster. */
  readonly state: string;
  /** Builds the image of the Containerfile, and pushes it. */
  build(reference: string): Promise<void>;
  /** Stops the cluster, and removes its files. */
  down(): Promise<void>;
}

/** Starts the cluster in a new folder. It stops when this process exits. Throws if such a cluster already runs. */
export async function bringUp(): Promise<Kit> {
  if (await exists('/run/netns/realk')) throw new Error('such a cluster already runs: stop it with down.sh of the kit');
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-cluster-'));
  const state = join(folder, 'state');
  // A separate process group, so that a signal to this process does not stop the script.
  const options = { stdio: 'ignore', timeout: 60_000, detached: true } as const;
  const down = (): void => void spawnSync(join(kit, 'down.sh'), [state], options);
  process.once('exit', down).on('SIGINT', end).on('SIGTERM', end);
  await run(join(kit, 'up.sh'), [state]);
  return {
    state,
    build: (reference) => run(join(kit, 'build-image.sh'), [checkout, reference, state]),
    async down() {
      process.off('exit', down).off('SIGINT', end).off('SIGTERM', end);
      down();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function end(): never {
  process.exit(1);
}

/** Runs a program for at most 600 s. Throws an error with the end of its output if it fails. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout: 600_000, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${program}: ${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
