/**
 * A container runtime with its own way to find and fetch an image.
 * `containerd-1`: containerd before 2.0. `k3s`: the containerd of K3s and RKE2, which can rewrite repositories.
 */
export type RuntimeKind = 'containerd' | 'containerd-1' | 'k3s' | 'cri-o' | 'docker';

/**
 * Returns the kind of a `containerRuntimeVersion` in a Node: `containerd://2.1.5-k3s1` is `k3s`. Undefined for a runtime
 * that Pullgate does not know.
 */
export function runtimeKind(runtimeVersion: string): RuntimeKind | undefined {
  const [, name = '', major = '', rest = ''] = /^([a-z-]+):\/\/v?(\d+)(.*)$/.exec(runtimeVersion) ?? [];
  if (name === 'cri-o' || name === 'docker') return name;
  if (name !== 'containerd') return undefined;
  if (/-k3s\d/.test(rest)) return 'k3s';
  return Number(major) < 2 ? 'containerd-1' : 'containerd';
}

/**
 * Returns whether a runtime pulls in its CRI plugin, as containerd before 2.0 does and as K3s configures it, and not by the
 * transfer service of containerd 2. It then ignores the OS features of a platform, and also fetches an image for another
 * platform that the node can run, such as 386 on amd64.
 */
export function pullsWithoutTransfer(kind: RuntimeKind): boolean {
  return kind === 'containerd-1' || kind === 'k3s';
}
