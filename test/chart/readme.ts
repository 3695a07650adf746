import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

/** A value of the chart. The description is the comment above it. */
export interface Value {
  readonly path: string;
  readonly description: string;
  /** The default, as JSON. */
  readonly default: string;
}

/** Returns the values of `values.yaml`. A map without a comment of its own is a group, and its fields are values. */
export function valuesIn(text: string): readonly Value[] {
  const root = parseDocument(text).contents;
  return isMap(root) ? within(root, '') : [];
}

function within(map: YAMLMap, prefix: string): readonly Value[] {
  return map.items.flatMap((pair, index) => {
    const path = `${prefix}${(pair as Pair<{ value: string }>).key.value}`;
    const description = commentOf(map, index);
    if (description === '' && isMap(pair.value)) return within(pair.value, `${path}.`);
    const value = isMap(pair.value) || !isScalar(pair.value) ? (pair.value as YAMLMap).toJSON() : pair.value.value;
    return [{ path, description, default: JSON.stringify(value) }];
  });
}

/** The comment above an item, as one line. The parser gives the comment above the first item to the map. */
function commentOf(map: YAMLMap, index: number): string {
  const key = map.items[index]?.key as { readonly commentBefore?: string } | undefined;
  const comment = key?.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
  // The first paragraph of the file is about the file.
  const [last = ''] = comment.split(/\n\s*\n/).slice(-1);
  return last.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** Returns the README of the chart. */
export function readmeOf(values: string): string {
  const rows = valuesIn(values).map(
    ({ path, description, default: value }) => `| \`${path}\` | ${description.replaceAll('|', '\\|')} | \`${value}\` |`,
  );
  return [intro, ['| value | what it does | default |', '|---|---|---|', ...rows].join('\n'), ''].join('\n');
}

const intro = `# The Helm chart of Pullgate

The same objects as the kustomize overlays, for Helm 3.14 or later and Helm 4. The templates read copies of the
manifests in \`files/\`, so both have one source. [docs/operations.md](../../docs/operations.md) says how to run
Pullgate.

\`\`\`sh
helm install pullgate manifests/chart -n pullgate --create-namespace --set image.repository=REGISTRY/pullgate --set profile=audit --wait
helm test pullgate -n pullgate
helm upgrade pullgate manifests/chart -n pullgate --reset-then-reuse-values --set profile=balanced --wait
\`\`\`

| overlay or component | values |
|---|---|
| \`base\` | none |
| \`audit\` | \`profile=audit\` |
| \`enforce\` | \`failurePolicy=Fail,replicas=3\` |
| \`strict\` | \`profile=strict,failurePolicy=Fail,replicas=3\` |
| \`cert-manager\` | \`certificates.source=certManager\` |
| \`namespaced-secrets\` | \`pullSecrets.scope=namespaces\`, \`pullSecrets.namespaces\` |
| \`node-files\` | \`certsD\`, \`registryCAs\`, \`nodeCredentials\` |
| \`events\`, \`recheck\`, \`profile-label\`, \`announced-secrets\`, \`openshift\` | the fields of \`config\` that need them |
| \`custom-workloads\` | \`webhook.customWorkloads=true\` |
| \`plugin-tokens\` | \`nodeCredentials.plugins.serviceAccountTokens=true\` |

\`development\` has no values: it installs no pods. The comments in \`values.yaml\` are the source of this table.
`;
