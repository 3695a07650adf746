/*
 * A real control plane for tests: etcd, kube-apiserver and kube-controller-manager on loopback, each with a free port
 * and a folder of its own, and kubectl to speak with it.
 */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a control plane is made of, kubectl included. */
export const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
export type Program = (typeof programs)[number];

/** Path of each program. */
export type Assets = Readonly<Record<Program, string>>;

export type Availability =
  { readonly kind: 'available'; readonly assets: Assets } | { readonly kind: 'absent'; readonly reason: string };

const setup = join(import.meta.dirname, '../../../../shared/envtest/setup.sh');

/**
 * Where the control plane's programs are: in `KUBEBUILDER_ASSETS`, else where a script beside the checkout unpacks them.
 * Under `CI=true` it throws where there are none, so that nothing is skipped in silence.
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

/** Options of a test or suite that needs a control plane: it says visibly why it is left out, and how to have it. */
export async function needsControlPlane(): Promise<{ readonly skip?: string }> {
  const availability = await controlPlaneAvailable();
  return availability.kind === 'absent' ? { skip: availability.reason } : {};
}
