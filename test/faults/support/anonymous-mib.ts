import { readFile } from 'node:fs/promises';
import type { Replica } from './serving.ts';

/** Memory that counts against a memory limit, in MiB, without file pages, because the kernel can reclaim those. */
export async function anonymousMiB({ daemon }: Pick<Replica, 'daemon'>): Promise<number> {
  const status = await readFile(`/proc/${daemon.pid}/status`, 'utf8');
  const [, kibibytes = ''] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) / 1_024;
}
