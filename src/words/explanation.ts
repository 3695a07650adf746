/** What a kind of finding means to whoever meets it. */
export interface Explanation {
  /** What is wrong, and what would happen on the node. */
  readonly meaning: string;
  /** What kubelet or runtime say of it, as `kubectl describe pod` shows it; none where they are silent. */
  readonly seenAs: readonly string[];
  /** How to find the cause, by hand. */
  readonly find: readonly string[];
  readonly fix: readonly string[];
}

// What several explanations advise alike.

export const describePod = '`kubectl describe pod POD -n NS` shows the event with the full error.';
export const pullByHand =
  'On a node: `crictl pull IMAGE` (with credentials: `crictl pull --creds USER:PASSWORD IMAGE`).';
export const createPullSecret =
  '`kubectl create secret docker-registry NAME -n NS --docker-server=HOST --docker-username=USER --docker-password=PASSWORD`; for Docker Hub, HOST is `https://index.docker.io/v1/`.';
/** Shows the keys and never the passwords. */
export const readSecret =
  "The secret's type: `kubectl get secret NAME -n NS -o jsonpath='{.type}'`; its entries: `kubectl get secret NAME -n NS -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | keys'`.";
export const curl =
  'Try it from a node: `curl -sSv https://HOST/v2/` (200 or 401 with a challenge is a registry that works).';
export const nodeArchitectures = '`kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os` shows what the nodes are.';
export const platformsOfImage = '`docker buildx imagetools inspect IMAGE` shows the platforms of the image.';
