import { customKinds } from '../../src/engine/workload/custom-kinds.ts';
import { limits } from '../../src/engine/limits.ts';
import type { PodView } from '../../src/engine/workload/pod-view.ts';

/** Returns `docs/custom-workloads.md`, with the table of the kinds that Pullgate knows. */
export function customWorkloadsPage(): string {
  return `# Custom workloads

A custom workload is an object of a kind that is not part of Kubernetes, and whose controller creates pods: an Argo
Rollout, a Knative Service, a RayCluster. Pullgate reads the pods in it as it reads those of a Deployment. A missing image
is then denied when somebody applies the object, and not when its controller creates the first pod.

## In \`pullgate check\`

\`check\` knows the kinds in the [table](#kinds-that-pullgate-knows) and those in \`workloads\` of the configuration. It
checks an object of any other kind by its shape: a list \`containers\` or \`initContainers\` with a name and an image, at any
depth outside \`metadata\` and \`status\`. A [note](cli.md#notes) names the kind and the place. By its shape, an image that is
no valid reference is passed over, because it may be a pattern or a parameter.

## In the webhook

The API server sends an object to Pullgate only if a rule of the webhook configuration covers its kind. For the kinds in
the table:

- with kustomize, add the component \`manifests/components/custom-workloads\`;
- with Helm, set \`webhook.customWorkloads=true\`.

The component also lets Pullgate \`get\` these objects. Only \`recheck\` needs it: it does not check an object again that is
gone.

## Add a kind

Name the kind in the configuration, with the paths of its pod templates or pod specs. \`[*]\` stands for each item of a list,
and \`*\` for each member of an object. A path starts with \`spec\`.

\`\`\`yaml
apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
workloads:
  - group: example.com
    kind: Machine
    resource: machines
    podPaths: [spec.template, 'spec.parts[*].template', 'spec.extra.*.template']
\`\`\`

Then add a rule to the webhook configuration, or to \`webhook.extraRules\` of the chart:

\`\`\`yaml
- apiGroups: [example.com]
  apiVersions: ['*']
  operations: [CREATE, UPDATE]
  resources: [machines]
\`\`\`

At the start, and after a change of the configuration, Pullgate logs a warning for each kind in \`workloads\` that no rule
covers. A row of yours replaces that of a kind in the table, but not that of a kind of Kubernetes. To add a kind to the
table itself, see [CONTRIBUTING](../CONTRIBUTING.md#add-a-kind-of-workload).

## What is passed over

Pullgate does not know an image that a controller fills in later, so it passes it over, and \`check\` writes a note:

- an image with a placeholder: \`{{…}}\` in Argo Workflows; \`$(…)\` in Tekton; these and \`\${…}\` in kinds of the configuration;
- a container without an image. A Tekton step has that of the \`stepTemplate\`;
- all images of an Argo template with a \`podSpecPatch\` that mentions an image.

In the kinds that the table marks with "elsewhere", another object or the configuration of the controller may add pull
secrets or choose the ServiceAccount: the TaskRun of a Task, \`workflowDefaults\` of Argo. There, an image that the registry
refuses is \`access-unknown\`, a warning, and not \`access-denied\`. An image that does not exist is denied as usual.

Pods of one object with the same pull secrets, ServiceAccount and nodes are checked together. One object may have
${limits.podSettings} different sets of these, and the [limits](decisions/0012-bounded-work-for-each-review.md) for images count all its
pods. Messages show no \`kubectl set image\` for custom workloads, because kubectl cannot change them.

Pullgate does not read: a template in another object (\`workloadRef\`, \`templateRef\`, \`taskRef\`), image volumes of Argo and
Tekton, the images that a controller adds by itself, Tekton StepActions, and the TrainJob of Kubeflow Trainer.

## Kinds that Pullgate knows

| kind | pod specs or containers | secrets | follows |
|---|---|---|---|
${customKinds.map(row).join('\n')}
`;
}

function row({ group, kind, views, custom, source }: (typeof customKinds)[number]): string {
  const secrets =
    custom.clusterWide === true ? 'elsewhere; in no namespace' : custom.settingsElsewhere === true ? 'elsewhere' : '';
  return `| ${kind}<br>\`${group}\` | ${placesOf(views)} | ${secrets} | ${source.replaceAll(' ', '<br>')} |`;
}

/** Views with the same containers and settings differ only in their paths. */
function placesOf(views: readonly PodView[]): string {
  const alike = Map.groupBy(views, ({ containers, settings }) => JSON.stringify([containers, settings]));
  return [...alike.values()].map(placeOf).join('<br>');
}

function placeOf(views: readonly PodView[]): string {
  const [{ containers = [], settings = [] } = {}] = views;
  const at = code(
    views.map(({ podSpec }) => podSpec),
    '<br>',
  );
  const fields = code(
    containers.map(({ path }) => path),
    ', ',
  );
  const parts = [
    ...(fields === '' ? [] : [`in each: ${fields}`]),
    ...(settings.length === 0 ? [] : [`secrets also from ${code(settings, ', ')}`]),
  ];
  return [at, ...parts].join('<br>');
}

function code(paths: readonly { readonly text: string }[], separator: string): string {
  return paths.map(({ text }) => `\`${text}\``).join(separator);
}
