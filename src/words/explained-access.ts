import { createPullSecret, describePod, pullOnNode, readSecret, type Explanation } from './explanation.ts';

/** Findings about credentials. */
export const accessExplanations = {
  'access-denied': {
    meaning:
      'The registry refused every credential that the kubelet would try, and the node can have no others. A 401 usually means a wrong, expired or missing password; a 403 means an account without the right to pull. Many registries give the same answer for a repository that does not exist, and Artifactory answers 403 for a missing tag. If the registry uses bearer tokens, a wrong secret breaks even a public image: the kubelet does not try again without credentials.',
    seenAs: [
      '`pull access denied, repository does not exist or may require authorization`',
      '`401 Unauthorized`',
      '`403 Forbidden`',
      '`no basic auth credentials`',
    ],
    find: [
      "Check which secrets apply: the pod's `imagePullSecrets`, or those of its service account if the pod lists none. The two lists are never merged.",
      readSecret,
      pullOnNode,
      'Check whether it worked before: passwords of ECR expire after 12 hours, those of Google after 1 hour, those of Azure after 1 to 3 hours.',
    ],
    fix: [
      createPullSecret,
      'Add it to the service account, for all pods that list no secrets: `kubectl patch serviceaccount default -n NS -p \'{"imagePullSecrets":[{"name":"NAME"}]}\'`.',
      'If the image is public, remove the secret, or its entry for that registry.',
      'For 403: grant the account the right to pull that repository.',
      'If the registry or the repository moved or closed, use another place. The finding names it if Pullgate knows it.',
      'For short-lived passwords: use a kubelet credential provider on the nodes, or a job that renews the secret.',
    ],
  },
  'access-unknown': {
    meaning:
      'The registry refused every credential that Pullgate could try, but the node may have others: from a credential provider, a docker config, or a secret that Pullgate cannot read. Or the registry refused the address of Pullgate, and the nodes have other addresses. The pull may succeed.',
    seenAs: ['Nothing if the node has credentials. Otherwise, the same errors as for access-denied.'],
    find: [
      pullOnNode,
      "Check the kubelet's flags `--image-credential-provider-config` and `--image-credential-provider-bin-dir`.",
    ],
    fix: [
      "Mount the node's docker config and credential provider config into Pullgate, so that Pullgate can use them.",
      "Set in Pullgate's config whether nodes have credentials: `nodeCredentials.matchImages`, `nodeCredentials.complete`.",
      'If the node has no credentials, fix it as for access-denied.',
    ],
  },
  'pull-secret-malformed': {
    meaning:
      'A pull secret has the right type but cannot be parsed. The kubelet then fails the pod before it pulls, even if another secret works or the image is public.',
    seenAs: ['`illegal base64 data at input byte …`', '`json: cannot unmarshal …`'],
    find: [
      describePod,
      readSecret,
      'Check the format: `auths` is an object, not a list, and each `auth` is the base64 of `USER:PASSWORD`.',
    ],
    fix: [createPullSecret],
  },
  'pull-secret-missing': {
    meaning:
      'The pod or its service account names a pull secret that does not exist in the namespace. The kubelet ignores it and pulls with the remaining credentials, if there are any. Often the secret is in another namespace.',
    seenAs: ['`FailedToRetrieveImagePullSecret` (an event)'],
    find: [
      'Check whether it exists: `kubectl get secret NAME -n NS`.',
      'Look for it in other namespaces: `kubectl get secrets -A --field-selector metadata.name=NAME`.',
    ],
    fix: [createPullSecret, 'Or remove the name from `imagePullSecrets` if the pod does not need it.'],
  },
  'pull-secret-unusable': {
    meaning:
      'The kubelet ignores a pull secret without an error: the secret has the wrong type, lacks the data key, has no entry for the registry, or the entry has no user name or password. A key matches by host, port and path prefix, and a `*` in the host matches one label. `identitytoken`, `credsStore` and `credHelpers` are ignored.',
    seenAs: [],
    find: [
      readSecret,
      'Check that `auths` is at the top of the docker config, not in another object or in a Secret inside the Secret.',
      'Check the key: Docker Hub is `docker.io` or `https://index.docker.io/v1/`, not `registry-1.docker.io`. A port in the image must also be in the key.',
    ],
    fix: [
      'Add an entry with the key that the finding names, and with `auth` or with `username` and `password`.',
      createPullSecret,
    ],
  },
  'pull-secret-unreadable': {
    meaning:
      'Pullgate could not read a secret or service account that the workload names, so it does not know which credentials the kubelet would try. The kubelet itself can read it.',
    seenAs: [],
    find: [
      'Check whether Pullgate has the right to read it: `kubectl auth can-i get secret/NAME -n NS --as=system:serviceaccount:PULLGATE_NS:PULLGATE_ACCOUNT`.',
      "Check Pullgate's log: it says whether the API server refused the request or failed.",
    ],
    fix: [
      'Grant Pullgate `get` on secrets and service accounts, in all namespaces or by a RoleBinding in this namespace.',
    ],
  },
  'service-account-missing': {
    meaning:
      'The service account of the workload does not exist in its namespace, so the API server would reject every pod of the workload.',
    seenAs: [
      '`error looking up service account NS/NAME: serviceaccount "NAME" not found` (event of the ReplicaSet or Job)',
    ],
    find: ['List the service accounts: `kubectl get serviceaccounts -n NS`.'],
    fix: ['Create it: `kubectl create serviceaccount NAME -n NS`.', 'Or correct `serviceAccountName`.'],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
