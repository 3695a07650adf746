/*
 * Where the real cluster comes from: a folder beside the checkout whose scripts bring up one node with real containers, and
 * build the image. It needs root and Linux.
 */
import { execFile, spawnSync } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const checkout = join(import.meta.dirname, '../..');
const kit = process.env['CLUSTER_KIT'] ?? join(checkout, '../shared/cluster');

/**
 * Options of the suite that needs the cluster: it says visibly why it is left out. Under `CI=true` it throws if the kit is
 * there and cannot be used, so that nothing is skipped in silence.
 */
export async function needsKit(): Promise<{ readonly skip?: string }> {
  if (!(await isThere(join(kit, 'up.sh'))))
    return { skip: 'no kit for a real cluster beside the checkout (CLUSTER_KIT)' };
  const lack = process.platform !== 'linux' ? 'Linux' : process.getuid?.() !== 0 ? 'root' : undefined;
  if (lack === undefined) return {};
  if (process.env['CI'] === 'true') throw new Error(`a real cluster needs ${lack}`);
  return { skip: `a real cluster needs ${lack}` };
}

/** A running cluster, as far as its kit knows it. */
export interface Kit {
  /** Its folder: keys, logs, and the script `in.sh`, which runs a program inside. */
  readonly state: string;
  /** Builds the Containerfile as it is, and pushes what comes out. */
  build(reference: string): Promise<void>;
  /** Ends the cluster, and removes what it wrote. */
  down(): Promise<void>;
}

/** Brings up the cluster, in a folder of its own; it ends with this process at the latest. */
export async function bringUp(): Promise<Kit> {
  if (await isThere('/run/netns/realk')) throw new Error('such a cluster runs already: end it by down.sh of the kit');
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-cluster-'));
  const state = join(folder, 'state');
  // In a process group of its own: what ends this process must not end that.
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

/** Runs a program of a few minutes; throws with the end of what it printed. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout: 600_000, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${program}: ${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`, { cause: error });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
