import { describePod, nodePlatforms, imagePlatforms, pullOnNode, type Explanation } from './explanation.ts';

/** Findings about the reference, the image and how it is pulled. */
export const imageExplanations = {
  'invalid-image-name': {
    meaning:
      'The kubelet cannot parse the image reference: it has upper-case letters in its path, a scheme, blanks, an unfilled placeholder, or a malformed tag or digest. Pullgate does not ask the registry.',
    seenAs: ['`InvalidImageName`', "`couldn't parse image name … invalid reference format`"],
    find: [
      describePod,
      'Look for `https://`, `${TAG}`, `{{ … }}`, two slashes in a row, blanks from a template, or an invisible character.',
    ],
    fix: ['Write `HOST/PATH:TAG` or `HOST/PATH@sha256:…`, with the path in lower case.'],
  },
  'image-not-found': {
    meaning:
      'The registry answered that the tag, the digest or the repository does not exist. It was never pushed, it was deleted (for example by a retention rule), or the reference has a typo. A registry that caches another registry (Harbor, Nexus, Artifactory) may also answer 404 if the other registry refuses or limits its requests.',
    seenAs: ['`manifest unknown`', '`… not found`', '`name unknown`'],
    find: [
      pullOnNode,
      'List the tags: `skopeo list-tags docker://HOST/PATH`.',
      'Check the host: an image without a host is pulled from Docker Hub, and without a user from `library/` there.',
    ],
    fix: [
      'Push the tag, or use one that exists: `kubectl set image deployment/NAME CONTAINER=IMAGE -n NS`.',
      'Or correct the host or the path. Check the order of organisation, project and name.',
      'If the registry or the repository moved, use its new place. The finding names it if Pullgate knows it.',
    ],
  },
  'no-matching-platform': {
    meaning: 'The image is an index, and none of its variants matches the platform of a node that the pod may run on.',
    seenAs: ['`no match for platform in manifest`'],
    find: [imagePlatforms, nodePlatforms],
    fix: [
      'Build the image for all platforms: `docker buildx build --platform linux/amd64,linux/arm64 -t IMAGE --push .`',
      'Or run the pod only on matching nodes: `nodeSelector: {kubernetes.io/arch: arm64}`.',
    ],
  },
  'wrong-platform': {
    meaning:
      'The image is a single manifest, not an index, and it is for another platform. The node pulls it without an error, but the container fails when it starts.',
    seenAs: ['`exec format error` (container log), `CrashLoopBackOff`'],
    find: [imagePlatforms, nodePlatforms],
    fix: [
      'Build the image for the platform of the nodes: `docker buildx build --platform linux/amd64 -t IMAGE --push .`',
      'Or run the pod only on matching nodes: `nodeSelector: {kubernetes.io/arch: arm64}`.',
    ],
  },
  'image-incomplete': {
    meaning:
      'The manifest exists, but something that it names is missing, refused, encrypted, or does not match its digest: the manifest of a platform, the config, or a layer. Usual causes are an interrupted push, or a clean-up that removed too much.',
    seenAs: ['`could not fetch content descriptor … not found`', '`failed commit on ref … unexpected commit digest`'],
    find: [pullOnNode, 'Fetch all layers: `skopeo copy docker://IMAGE dir:/tmp/image`.'],
    fix: [
      'Push the whole image again, from where it was built.',
      "Check the registry's clean-up and replication jobs.",
    ],
  },
  'unsupported-manifest': {
    meaning:
      'The registry serves something that current container runtimes do not pull: the old schema 1 format, a missing or wrong content type, an empty manifest, or a manifest over 4 MiB.',
    seenAs: [
      '`schema 1 image manifests are no longer supported`',
      '`content size of zero`',
      '`rejecting … byte manifest`',
    ],
    find: [
      'Show the manifest: `skopeo inspect --raw docker://IMAGE`.',
      'Check whether the path belongs to a web page or a Helm chart instead of an image.',
    ],
    fix: [
      'Build and push the image again with a current tool.',
      'If a proxy is in front of the registry, check that it keeps the content type.',
    ],
  },
  'never-pull-absent': {
    meaning:
      '`imagePullPolicy` is `Never`, and no node that the pod may run on had the image when Pullgate listed the nodes. This is not certain: a node names an image that was just loaded only up to 40 seconds later.',
    seenAs: ['`ErrImageNeverPull`', '`is not present with pull policy of Never`'],
    find: ['List the images of a node: `crictl images`.'],
    fix: [
      'Set `imagePullPolicy: IfNotPresent`.',
      'Or load the image onto every such node: `ctr -n k8s.io images import FILE`.',
    ],
  },
  'never-pull': {
    meaning:
      '`imagePullPolicy` is `Never`, so the pod runs only on nodes that already have the image, and Pullgate cannot be sure that they do. An image that was pulled with the credentials of another pod does not count.',
    seenAs: ['`ErrImageNeverPull`'],
    find: ['List the images of a node: `crictl images`.'],
    fix: [
      'Set `imagePullPolicy: IfNotPresent`.',
      'Or load the image onto every such node: `ctr -n k8s.io images import FILE`.',
    ],
  },
  'latest-tag': {
    meaning:
      'The image has the tag `:latest`, or no tag, which means the same. Nodes may run different code, and you cannot roll back. The default pull policy is then `Always`, so every start of a container needs the registry.',
    seenAs: [],
    find: ["Show which images run: `kubectl get pods -n NS -o jsonpath='{..imageID}'`."],
    fix: ['Use a version tag, or better a digest.'],
  },
  'not-pinned': {
    meaning: 'The image has no digest, and its tag may later point to another image.',
    seenAs: [],
    find: ['Show the digest: `docker buildx imagetools inspect IMAGE`.'],
    fix: ['Write `NAME:TAG@sha256:…`. The kubelet then pulls by the digest only.'],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
