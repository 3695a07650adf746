import { readFile } from 'node:fs/promises';

/** The length of a tick of /proc/PID/stat, in ms: USER_HZ is 100 on every platform of Node. */
const tickMs = 10;
/** The 14th field is `utime`. Those before the third contain the name, which may contain blanks. */
const firstAfterName = 3;

/** Returns the CPU time that a process has used, with all its threads, in ms. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[14 - firstAfterName]) + Number(fields[15 - firstAfterName])) * tickMs;
}

/** Returns the memory of a process, in MiB: now, and the most so far. It includes pages of files, such as the program. */
export async function memoryMiB(pid: number): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}
