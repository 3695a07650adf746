/** Options of `deployment`. */
export interface DeploymentOptions {
  readonly replicas?: number;
  readonly pullPolicy?: string;
  readonly secrets?: readonly string[];
  readonly serviceAccount?: string;
}

/** The manifest of a Deployment with one container named `app`. */
export function deployment(name: string, image: string, options: DeploymentOptions = {}): string {
  const { replicas = 1, pullPolicy, secrets, serviceAccount } = options;
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name: 'app', image, ...(pullPolicy && { imagePullPolicy: pullPolicy }) }],
          ...(secrets && { imagePullSecrets: secrets.map((secret) => ({ name: secret })) }),
          ...(serviceAccount && { serviceAccountName: serviceAccount }),
        },
      },
    },
  });
}

/** The manifest of a Pod with one container and an image volume. `mounted`: whether the container mounts it. */
export function podWithVolume(image: string, volume: string, mounted: boolean): string {
  const mounts = mounted ? [{ name: 'data', mountPath: '/data' }] : [];
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'volume' },
    spec: {
      containers: [{ name: 'app', image, volumeMounts: mounts }],
      volumes: [{ name: 'data', image: { reference: volume, pullPolicy: 'IfNotPresent' } }],
    },
  });
}
