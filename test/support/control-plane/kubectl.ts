import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl. `input` is its standard input. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlResult>;

/** Returns a function that runs kubectl with `kubeconfig`. Each call is limited to one minute. */
export function kubectlWith(program: string, kubeconfig: string): Kubectl {
  return async (args, input = '') => {
    const child = spawn(program, ['--kubeconfig', kubeconfig, ...args], { signal: AbortSignal.timeout(60_000) });
    const stdout = child.stdout.setEncoding('utf8').toArray();
    const stderr = child.stderr.setEncoding('utf8').toArray();
    // A command that reads no input may end before it is written. Its exit code says whether it failed.
    child.stdin.on('error', () => undefined).end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? -1, stdout: (await stdout).join(''), stderr: (await stderr).join('') };
  };
}

/** Runs kubectl and returns its output. Throws an error with the output if kubectl fails. */
export async function succeed(kubectl: Kubectl, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}
