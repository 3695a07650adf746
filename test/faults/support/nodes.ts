import type { ApiServerDouble } from '../../support/api-server-double.ts';

/** Stores linux/amd64 nodes with the names n0, n1, … and the images that `imagesOf` returns. */
export function putNodes(
  { objects }: ApiServerDouble,
  count: number,
  imagesOf: (node: number) => readonly object[] = () => [],
): void {
  for (let at = 0; at < count; at += 1) {
    const name = `n${at}`;
    objects.set(`/api/v1/nodes/${name}`, {
      metadata: { name, labels: { 'kubernetes.io/hostname': name } },
      status: { nodeInfo, images: imagesOf(at) },
    });
  }
}

const nodeInfo = {
  operatingSystem: 'linux',
  architecture: 'amd64',
  containerRuntimeVersion: 'containerd://2.0.0',
  kubeletVersion: 'v1.36.0',
};
