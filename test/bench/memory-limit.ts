import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limitOfManifest } from '../faults/support/as-in-manifest.ts';

/** A cgroup for one program. */
export interface MemoryLimit extends AsyncDisposable {
  /** The command before the program and its arguments. */
  readonly wrapper: readonly string[];
}

/** The versions of cgroups: the line in /proc/self/cgroup, where the groups are, and the file of the limit. */
const versions = [
  { line: /^\d+:memory:(.*)$/m, mount: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { line: /^0::(.*)$/m, mount: '/sys/fs/cgroup', limit: 'memory.max' },
] as const;

const mebibyte = 2 ** 20;
let count = 0;

/**
 * Creates a cgroup with the memory limit of the manifest. Node limits its heap by that of its cgroup. Undefined if this
 * user may not create one.
 */
export async function memoryLimit(): Promise<MemoryLimit | undefined> {
  const own = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  for (const { line, mount, limit } of versions) {
    const path = line.exec(own)?.[1];
    if (path === undefined) continue;
    count += 1;
    const group = join(mount, path, `pullgate-bench-${process.pid}-${count}`);
    try {
      await mkdir(group);
      await access(join(group, limit));
      await writeFile(join(group, limit), String((await limitOfManifest()) * mebibyte));
    } catch {
      await rmdir(group).catch(() => undefined);
      continue;
    }
    return {
      wrapper: ['sh', '-c', 'echo $$ > "$0"/cgroup.procs && exec "$@"', group],
      [Symbol.asyncDispose]: () => rmdir(group),
    };
  }
  return undefined;
}
