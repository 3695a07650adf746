import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The programs of a control plane, and kubectl. */
export const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
export type Program = (typeof programs)[number];

/** The path of each program. */
export type Assets = Readonly<Record<Program, string>>;

export type Availability =
  { readonly kind: 'available'; readonly assets: Assets } | { readonly kind: 'absent'; readonly reason: string };

const setup = join(import.meta.dirname, '../../../../shared/envtest/setup.sh');

/**
 * Finds the programs of the control plane: in the folder `KUBEBUILDER_ASSETS`, or in the folder to which a script next
 * to the checkout unpacks them. Throws if they are missing and `CI=true`, so that CI never skips a test silently.
 */
export async function controlPlaneAvailable(): Promise<Availability> {
  const found = await find(process.env['KUBEBUILDER_ASSETS']);
  if (found.kind === 'absent' && process.env['CI'] === 'true') throw new Error(found.reason);
  return found;
}

async function find(folder: string | undefined): Promise<Availability> {
  const from = folder ?? (await unpacked());
  if (from === undefined) {
    return {
      kind: 'absent',
      reason:
        'no Kubernetes control plane: set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, ' +
        'kube-controller-manager and kubectl (setup-envtest, or https://dl.k8s.io)',
    };
  }
  const assets = Object.fromEntries(programs.map((program) => [program, join(from, program)])) as Record<
    Program,
    string
  >;
  for (const program of programs) {
    const missing = await access(assets[program]).then(
      () => false,
      () => true,
    );
    if (missing) return { kind: 'absent', reason: `KUBEBUILDER_ASSETS has no ${program}` };
  }
  return { kind: 'available', assets };
}

async function unpacked(): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(setup, { timeout: 120_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

/**
 * Options of a test or suite that needs a control plane: if there is none, skips it with a reason and an instruction.
 */
export async function needsControlPlane(): Promise<{ readonly skip?: string }> {
  const availability = await controlPlaneAvailable();
  return availability.kind === 'absent' ? { skip: availability.reason } : {};
}
