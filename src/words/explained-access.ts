import { describePod, pullByHand, createPullSecret, readSecret, type Explanation } from './explanation.ts';

/** Findings about credentials. */
export const accessExplanations = {
  'access-denied': {
    meaning:
      'The registry refused every credential that the kubelet would try, and no other can exist. 401 mostly means a wrong, expired or missing password, 403 an account without the right to pull. Many registries answer alike for a repository that does not exist; Artifactory answers 403 for a missing tag. Behind bearer tokens a wrong secret breaks even a public image: nothing falls back to a pull without credentials.',
    seenAs: [
      '`pull access denied, repository does not exist or may require authorization`',
      '`401 Unauthorized`',
      '`403 Forbidden`',
      '`no basic auth credentials`',
    ],
    find: [
      "Which secrets count: the pod's `imagePullSecrets`; where it lists none, those of its service account. They are never merged.",
      readSecret,
      pullByHand,
      'Passwords of ECR live 12 hours, those of Google and Azure for an hour or a few: did it work before?',
    ],
    fix: [
      createPullSecret,
      'Hand it to all pods that list none: `kubectl patch serviceaccount default -n NS -p \'{"imagePullSecrets":[{"name":"NAME"}]}\'`.',
      'For 403: grant the account the right to pull that repository.',
      'For short-lived passwords: a kubelet credential provider on the nodes, or a job that renews the secret.',
    ],
  },
  'access-unknown': {
    meaning:
      'The registry refused what Pullgate could try, but the node may hold credentials of its own: a credential provider, a docker config, or a secret that Pullgate may not read. The pull may succeed.',
    seenAs: ['Nothing, where the node has credentials; else as access-denied.'],
    find: [
      pullByHand,
      "See the kubelet's flags `--image-credential-provider-config` and `--image-credential-provider-bin-dir`.",
    ],
    fix: [
      "Mount the node's docker config and provider config into Pullgate, so that it can ask them.",
      'Say in the config whether nodes hold credentials: `nodeCredentials.matchImages`, `nodeCredentials.complete`.',
      'Where the node holds none: as for access-denied.',
    ],
  },
  'pull-secret-malformed': {
    meaning:
      'A pull secret of the right type cannot be parsed. The kubelet then gives up before it pulls, even where another secret is good or the image is public.',
    seenAs: ['`illegal base64 data at input byte …`', '`json: cannot unmarshal …`'],
    find: [describePod, readSecret, 'An `auth` is the base64 of `USER:PASSWORD`; `auths` is an object, not a list.'],
    fix: [createPullSecret],
  },
  'pull-secret-missing': {
    meaning:
      'The pod or its service account names a pull secret that is not in the namespace. The kubelet passes it over and pulls with what is left, if anything. Most often the secret is in another namespace.',
    seenAs: ['`FailedToRetrieveImagePullSecret` (an event)'],
    find: [
      '`kubectl get secret NAME -n NS`',
      'Where it is: `kubectl get secrets -A --field-selector metadata.name=NAME`',
    ],
    fix: [createPullSecret, 'Take the name out of `imagePullSecrets` where it is not needed.'],
  },
  'pull-secret-unusable': {
    meaning:
      'A pull secret adds nothing to the pull, and the kubelet does not say so: it is of another type, lacks the data key, has no entry for the registry, or its entry has no user name or password. Keys match by host, port and path prefix, and a star stands for one label; `identitytoken`, `credsStore` and `credHelpers` are ignored.',
    seenAs: [],
    find: [
      readSecret,
      'Docker Hub is `docker.io` or `https://index.docker.io/v1/`, not `registry-1.docker.io`; a port in the image must be in the key.',
    ],
    fix: [
      'Add an entry under the key that the finding names, with `auth` or with `username` and `password`.',
      createPullSecret,
    ],
  },
  'pull-secret-unreadable': {
    meaning:
      'Pullgate could not read a secret or service account that the workload names, so it does not know what the kubelet would try. The kubelet itself can read it.',
    seenAs: [],
    find: [
      '`kubectl auth can-i get secret/NAME -n NS --as=system:serviceaccount:PULLGATE_NS:PULLGATE_ACCOUNT`',
      "Pullgate's log says whether the API server refused or failed.",
    ],
    fix: ['Grant `get` on secrets and service accounts: everywhere, or by a RoleBinding in this namespace.'],
  },
  'service-account-missing': {
    meaning:
      'The service account of the workload does not exist in its namespace: the API server would refuse every pod of it.',
    seenAs: [
      '`error looking up service account NS/NAME: serviceaccount "NAME" not found` (event of the ReplicaSet or Job)',
    ],
    find: ['`kubectl get serviceaccounts -n NS`'],
    fix: ['`kubectl create serviceaccount NAME -n NS`, or correct `serviceAccountName`.'],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
