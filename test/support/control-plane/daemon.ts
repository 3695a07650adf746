import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that runs until it is stopped. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  /** The end of its output. */
  tail(): string;
  /** Throws an error with the end of its output if the program has exited. */
  check(): void;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Number of characters of the output that are kept. */
const tailLength = 8_000;

/** Starts a program. It is killed if this process exits before `stop`. */
export function startDaemon(
  name: string,
  program: string,
  args: readonly string[],
  options: DaemonOptions = {},
): Daemon {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let log = '';
  let ended: string | undefined;
  const keep = (chunk: Buffer): void => void (log = (log + chunk.toString('utf8')).slice(-tailLength));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = `ended with ${signal ?? code}`));
  // A test that crashes must not leave a program running.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);

  return {
    name,
    pid: child.pid ?? 0,
    tail: () => log,
    check() {
      if (ended !== undefined) throw new Error(`${name} ${ended}\n${log}`);
    },
    async stop() {
      process.off('exit', kill);
      if (ended !== undefined) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const hard = setTimeout(kill, 5_000);
      await exit;
      clearTimeout(hard);
    },
  };
}

/** Waits until `ready` returns true. Throws an error with the output of the program if it exits or the time is up. */
export async function waitFor(daemon: Daemon, ready: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await ready().catch(() => false))) {
    daemon.check();
    if (performance.now() > end) throw new Error(`${daemon.name} is not ready after ${timeoutMs} ms\n${daemon.tail()}`);
    await sleep(20);
  }
}

/** Loopback ports that are free. Another process can take them before they are used. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
