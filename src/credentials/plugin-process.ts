import { spawn, type ChildProcess } from 'node:child_process';

/** A program to run. */
export interface PluginProcess {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text for stdin. */
  readonly input: string;
  readonly timeoutMs: number;
}

/**
 * How a program ended. `exited`: with exit code 0. `crashed`: it did not start, failed or was killed. `bad-answer`: it
 * wrote more than 1 MiB.
 */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly output: string }
  | { readonly kind: 'failed'; readonly reason: 'crashed' | 'timeout' | 'bad-answer' };

/** If no file descriptor is free, a child has no pipes and emits `error`. */
type StartedChild = Pick<ChildProcess, 'on' | 'pid'> & Partial<Pick<ChildProcess, 'stdin' | 'stdout'>>;

const maxOutputBytes = 1024 * 1024;

/**
 * Runs a program and returns its stdout. A program that fails, exceeds `timeoutMs` or writes more than 1 MiB is killed
 * together with the processes that it started. Its stderr is dropped because it may contain secrets. Never rejects.
 */
export function runPluginProcess({ file, args, env, input, timeoutMs }: PluginProcess): Promise<ProcessEnd> {
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  // `detached` makes a process group, so that the children of a shell can be killed too.
  const child: StartedChild = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const chunks: Buffer[] = [];
  let bytes = 0;

  function end(outcome: ProcessEnd): void {
    clearTimeout(timer);
    resolve(outcome);
    if (outcome.kind === 'failed') killGroup(child.pid);
    child.stdout?.destroy();
  }

  const timer = setTimeout(() => end({ kind: 'failed', reason: 'timeout' }), timeoutMs);
  child.on('error', () => end({ kind: 'failed', reason: 'crashed' }));
  child.on('close', (code) => {
    const output = Buffer.concat(chunks).toString('utf8');
    end(code === 0 ? { kind: 'exited', output } : { kind: 'failed', reason: 'crashed' });
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxOutputBytes) return end({ kind: 'failed', reason: 'bad-answer' });
    chunks.push(chunk);
  });
  // A program that does not read its stdin is no failure.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return promise;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}
