import type { PodView } from './pod-view.ts';

/** A kind of object that describes pods, or the kind Pod. */
export interface WorkloadKind {
  /** API group. Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural name in API paths and RBAC rules. */
  readonly resource: string;
  /** Where the objects describe pods. Their order is the order of the images in messages. */
  readonly views: readonly PodView[];
  /** What kubectl can change in a stored object: the pod template, only the images, or nothing. */
  readonly editable: 'template' | 'images' | 'nothing';
  /** Set for kinds that are not part of Kubernetes. */
  readonly custom?: CustomKind;
}

/** What Pullgate must allow for in a kind whose controller is not part of Kubernetes. */
export interface CustomKind {
  /** What marks an image that the controller fills in before it creates the pods: `{{` in an Argo Workflow. */
  readonly placeholders: readonly string[];
  /**
   * Whether another object, or the configuration of the controller, may add pull secrets or choose the ServiceAccount. Then a
   * refused pull is not certain to fail.
   */
  readonly settingsElsewhere?: true;
  /** Whether the objects are in no namespace. */
  readonly clusterWide?: true;
  /** Whether the kind is unknown, and the object only has the shape of a pod spec in it. */
  readonly byShape?: true;
}

/** How the tools of unknown controllers may mark what is filled in. None of these can be in an image reference. */
export const anyPlaceholder: readonly string[] = ['{{', '${', '$('];
