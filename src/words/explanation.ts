/** The explanation of a kind of finding. */
export interface Explanation {
  /** What is wrong, and what happens on the node. */
  readonly meaning: string;
  /**
   * What the kubelet or the container runtime reports, as `kubectl describe pod` shows it. Empty if they report
   * nothing.
   */
  readonly seenAs: readonly string[];
  /** How to find the cause, by hand. */
  readonly find: readonly string[];
  readonly fix: readonly string[];
}

// Texts that several explanations share.

export const describePod = 'Show the event with the full error: `kubectl describe pod POD -n NS`.';
export const pullOnNode =
  'Pull the image on a node: `crictl pull IMAGE` (with credentials: `crictl pull --creds USER:PASSWORD IMAGE`).';
export const createPullSecret =
  'Create the secret: `kubectl create secret docker-registry NAME -n NS --docker-server=HOST --docker-username=USER --docker-password=PASSWORD`. For Docker Hub, HOST is `https://index.docker.io/v1/`.';
/** Prints the keys, never the passwords. */
export const readSecret =
  "Check the secret's type: `kubectl get secret NAME -n NS -o jsonpath='{.type}'`, and its entries: `kubectl get secret NAME -n NS -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | keys'`.";
export const curl =
  'Try it from a node: `curl -sSv https://HOST/v2/`. A working registry answers 200, or 401 with a challenge.';
export const nodePlatforms =
  'Show the platforms of the nodes: `kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os`.';
export const imagePlatforms = 'Show the platforms of the image: `docker buildx imagetools inspect IMAGE`.';
