/*
 * A real API server, Helm as its administrator, and what Pullgate writes there.
 */
import { startApiServer } from '../manifests/api-server.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { helm, type HelmMajor } from '../support/helm.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { chart } from './generated.ts';

export interface ChartCluster {
  readonly plane: ControlPlane;
  /** Runs Helm with values, in the namespace of the release. Throws an error with its output if it fails. */
  run(this: void, major: HelmMajor, args: readonly string[], values?: object): Promise<string>;
  /** Returns what kubectl prints for a JSON path of an object. */
  read(this: void, object: string, path: string): Promise<string>;
}

export const release = { name: 'gate', namespace: 'security', full: 'gate-pullgate' } as const;
export const path = '/validate/what-pullgate-wrote';
export const bundle = Buffer.from('what Pullgate wrote').toString('base64');

/** Starts an API server without controllers, and creates the namespace of the release. */
export async function startChartCluster(): Promise<ChartCluster> {
  const plane = await startApiServer({ controllers: false });
  const { kubectl } = plane;
  await succeed(kubectl, ['create', 'namespace', release.namespace]);
  await succeed(kubectl, ['create', 'serviceaccount', 'helm', '-n', 'default']);
  const admin = ['--clusterrole=cluster-admin', '--serviceaccount=default:helm'];
  await succeed(kubectl, ['create', 'clusterrolebinding', 'helm', ...admin]);
  const token = (await succeed(kubectl, ['create', 'token', 'helm', '-n', 'default'])).trim();
  const kubeconfig = await plane.kubeconfigFor('helm', token);
  return {
    plane,
    async run(major, [command = '', ...args], values) {
      const input = values === undefined ? [] : [chart, '-f', '-'];
      const where = ['--kubeconfig', kubeconfig, '-n', release.namespace];
      const all = [command, release.name, ...input, ...args, ...where];
      const { code, stdout, stderr } = await helm(major, all, values && JSON.stringify(values));
      if (code !== 0 || /warning/i.test(stderr)) throw new Error(`helm ${all.join(' ')}: ${stderr}`);
      return stdout;
    },
    read: (object, path) => succeed(kubectl, ['get', object, '-n', release.namespace, '-o', `jsonpath={${path}}`]),
  };
}

/** Writes the CA bundle, the path, the rules and the certificate with the requests that Pullgate sends. */
export async function writeAsPullgate({ plane }: ChartCluster): Promise<void> {
  const as = `--as=system:serviceaccount:${release.namespace}:${release.full}`;
  const operations = [
    { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: bundle },
    { op: 'add', path: '/webhooks/0/clientConfig/service/path', value: path },
    { op: 'add', path: '/webhooks/0/rules', value: shippedRules },
  ];
  const webhook = [
    'patch',
    'validatingwebhookconfiguration',
    release.full,
    '--type=json',
    as,
    '--field-manager=pullgate',
  ];
  await succeed(plane.kubectl, [...webhook, '-p', JSON.stringify(operations)]);
  const secret = ['patch', 'secret', `${release.full}-tls`, '-n', release.namespace, '--type=merge', as];
  await succeed(plane.kubectl, [...secret, '-p', JSON.stringify({ data: { 'tls.crt': bundle } })]);
}
