/*
 * Renders the chart with Helm, and the overlays with kubectl.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { helm, type HelmMajor } from '../support/helm.ts';
import { manifests } from '../support/overlay.ts';
import type { KubectlResult } from '../support/control-plane/kubectl.ts';
import { chart } from './generated.ts';
import type { KubeObject } from './meaning.ts';
import type { Mode } from './modes.ts';

export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** Further flags of `helm template`. */
  readonly flags?: readonly string[];
}

/** Helm that is built without the flags of its release assumes Kubernetes 1.20. */
export const kubernetes = '1.36.3';

const usual: Release = { name: 'pullgate', namespace: 'pullgate' };

/** Runs `helm template` with the values. */
export async function template(major: HelmMajor, values: object, release = usual): Promise<KubectlResult> {
  const { name, namespace, flags = [] } = release;
  const args = ['template', name, chart, '-n', namespace, '--kube-version', kubernetes, '-f', '-', ...flags];
  return helm(major, args, JSON.stringify(values));
}

/** Returns the text of the objects. Throws an error with the output of Helm if it fails, or if it warns. */
export async function rendered(major: HelmMajor, values: object, release = usual): Promise<string> {
  const { code, stdout, stderr } = await template(major, values, release);
  if (code !== 0 || stderr !== '') throw new Error(stderr);
  return stdout;
}

export function objectsIn(text: string): readonly KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(String(document.errors));
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });
}

/** Returns the objects of `kubectl kustomize`. */
export async function kustomized(kubectl: string, mode: Mode): Promise<readonly KubeObject[]> {
  const { on, components = [], config, files = {}, kustomization = {} } = mode;
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pullgate-site-')));
  try {
    const at = (path: string): string => relative(folder, join(manifests, path));
    const generators = (kustomization as { configMapGenerator?: readonly object[] }).configMapGenerator ?? [];
    if (config !== undefined) {
      const own = parse(await readFile(join(manifests, on, 'config.yaml'), 'utf8')) as object;
      await writeFile(join(folder, 'config.yaml'), JSON.stringify({ ...own, ...config }));
    }
    const changed = { name: 'pullgate', namespace: 'pullgate', behavior: 'merge', files: ['config.yaml'] };
    const site = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [at(on)],
      components: components.map((name) => at(`components/${name}`)),
      generatorOptions: { disableNameSuffixHash: true, labels },
      ...kustomization,
      configMapGenerator: [...generators, ...(config === undefined ? [] : [changed])],
    };
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(site));
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
    const { stdout } = await promisify(execFile)(kubectl, ['kustomize', folder], { maxBuffer: 16 * 1024 * 1024 });
    return objectsIn(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const labels = { 'app.kubernetes.io/name': 'pullgate', 'app.kubernetes.io/part-of': 'pullgate' };
