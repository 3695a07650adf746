import { spawn, type ChildProcess } from 'node:child_process';

/** A program to run, and how far it may go. */
export interface PluginProcess {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string;
  readonly timeoutMs: number;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly output: string }
  | { readonly kind: 'failed'; readonly reason: 'crashed' | 'timeout' | 'bad-answer' };

/** Out of file descriptors, a child comes without pipes, and says so by an `error` event. */
type StartedChild = Pick<ChildProcess, 'on' | 'pid'> & Partial<Pick<ChildProcess, 'stdin' | 'stdout'>>;

const maxOutputBytes = 1024 * 1024;

/**
 * Runs a plugin to its end and hands back what it wrote. One that fails, lingers or writes without end is killed with all
 * that it started. What it writes to stderr is dropped: it may hold secrets.
 */
export function runPluginProcess({ file, args, env, input, timeoutMs }: PluginProcess): Promise<ProcessEnd> {
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  // A process group of its own: a shell's children die with it.
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
  // A plugin need not read what it is asked.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return promise;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
