/** A kubeconfig (JSON is YAML) for one server and one token. */
export function kubeconfig({
  url,
  ca,
  token,
}: {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [
      {
        name: 'test',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'test', user: { token } }],
  });
}
