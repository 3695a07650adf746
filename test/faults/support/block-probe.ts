import { readFile } from 'node:fs/promises';

/** Measures how long the event loop of another process is blocked. */
export interface BlockProbe {
  /** Node options that load the probe into that process. */
  readonly nodeOptions: readonly string[];
  /** Returns the longest block since a time in ms since 1970, in ms of CPU time. 0 if there was none of 10 ms. */
  longestSince(time: number): Promise<number>;
}

/** Time between two measurements, in ms, and the shortest block that is written down. */
const [everyMs, leastMs] = [5, 10];

/**
 * Returns a probe that writes to `file`. It measures the CPU time that the main thread uses between two runs of a timer.
 * A timer runs late on a busy machine too, but the CPU time in between grows only if the program itself blocks it.
 */
export function blockProbe(file: string): BlockProbe {
  const source = `
    import { appendFileSync, writeFileSync } from 'node:fs';
    writeFileSync(${JSON.stringify(file)}, '');
    const usedMs = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
    let last = usedMs();
    setInterval(() => {
      const ms = usedMs() - last;
      if (ms >= ${leastMs}) appendFileSync(${JSON.stringify(file)}, Date.now() + ' ' + ms + '\\n');
      last = usedMs();
    }, ${everyMs}).unref();`;
  return {
    nodeOptions: [`--import=data:text/javascript,${encodeURIComponent(source)}`],
    async longestSince(time) {
      const blocks = (await readFile(file, 'utf8')).trimEnd().split('\n');
      const since = blocks.map((line) => line.split(' ').map(Number)).filter(([at = 0]) => at >= time);
      return Math.max(0, ...since.map(([, ms = 0]) => ms));
    },
  };
}
