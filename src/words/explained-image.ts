import { describePod, pullByHand, nodeArchitectures, platformsOfImage, type Explanation } from './explanation.ts';

/** Findings about the reference, the image and how it is pulled. */
export const imageExplanations = {
  'invalid-image-name': {
    meaning:
      'The image is not a reference that the kubelet can parse: it has upper case in its path, a scheme, blanks, an unfilled placeholder, or a malformed tag or digest. The registry is never asked.',
    seenAs: ['`InvalidImageName`', "`couldn't parse image name … invalid reference format`"],
    find: [describePod, 'Look for `https://`, `${TAG}`, a trailing slash, or blanks from a template.'],
    fix: ['Write `HOST/PATH:TAG` or `HOST/PATH@sha256:…`; the path is in lower case.'],
  },
  'image-not-found': {
    meaning:
      'The registry answered that the tag, the digest or the repository does not exist. Either it was never pushed, it was deleted (by a retention rule, say), or the reference has a slip in it. A registry that caches another one (Harbor, Nexus, Artifactory) may also answer 404 when its source refuses or limits it.',
    seenAs: ['`manifest unknown`', '`… not found`', '`name unknown`'],
    find: [
      pullByHand,
      'List the tags: `skopeo list-tags docker://HOST/PATH`.',
      'Without a host in front, an image is looked for at Docker Hub; without a user in front, below `library/`.',
    ],
    fix: [
      'Push the tag, or name one that exists: `kubectl set image deployment/NAME CONTAINER=IMAGE -n NS`.',
      'Correct the host or the path; mind the order of organisation, project and name.',
    ],
  },
  'no-matching-platform': {
    meaning: 'The image is an index without a variant for any node that the pod may run on.',
    seenAs: ['`no match for platform in manifest`'],
    find: [platformsOfImage, nodeArchitectures],
    fix: [
      '`docker buildx build --platform linux/amd64,linux/arm64 -t IMAGE --push .`',
      'Or run the pod only where it fits: `nodeSelector: {kubernetes.io/arch: arm64}`.',
    ],
  },
  'wrong-platform': {
    meaning:
      'The image is a single manifest for another architecture. The node pulls it without a word, and the container dies when it starts.',
    seenAs: ['`exec format error` (log of the container), `CrashLoopBackOff`'],
    find: [platformsOfImage, nodeArchitectures],
    fix: [
      "Build for the nodes' architecture: `docker buildx build --platform linux/amd64 -t IMAGE --push .`",
      'Or run the pod only where it fits: `nodeSelector: {kubernetes.io/arch: arm64}`.',
    ],
  },
  'image-incomplete': {
    meaning:
      'The manifest is there, but something that it names is not, or is not what its digest says: the manifest of a platform, the config, or a layer. A push that was broken off, or a clean-up that went too far.',
    seenAs: ['`could not fetch content descriptor … not found`', '`failed commit on ref … unexpected commit digest`'],
    find: [pullByHand, 'All layers at once: `skopeo copy docker://IMAGE dir:/tmp/image`.'],
    fix: ['Push the image again, whole, from where it was built.', "See the registry's clean-up and replication jobs."],
  },
  'unsupported-manifest': {
    meaning:
      'What the registry serves is not a manifest that current runtimes pull: the old schema 1, a missing or wrong content type, nothing at all, or more than 4 MiB.',
    seenAs: [
      '`schema 1 image manifests are no longer supported`',
      '`content size of zero`',
      '`rejecting … byte manifest`',
    ],
    find: [
      '`skopeo inspect --raw docker://IMAGE`',
      'See whether the path is that of a page or a chart instead of an image.',
    ],
    fix: [
      'Build and push the image again with a current tool.',
      'Where a proxy sits in front of the registry, see that it passes content types on.',
    ],
  },
  'never-pull-absent': {
    meaning:
      '`imagePullPolicy: Never`, and none of the nodes that the pod may run on holds the image: it fails wherever it goes.',
    seenAs: ['`ErrImageNeverPull`', '`is not present with pull policy of Never`'],
    find: ['On a node: `crictl images`.'],
    fix: [
      '`imagePullPolicy: IfNotPresent`',
      'Or load the image onto every such node: `ctr -n k8s.io images import FILE`.',
    ],
  },
  'never-pull': {
    meaning:
      '`imagePullPolicy: Never`: the pod runs only on nodes that hold the image already, and Pullgate cannot be sure that they do. An image that was pulled with the credentials of another pod does not count.',
    seenAs: ['`ErrImageNeverPull`'],
    find: ['On a node: `crictl images`.'],
    fix: [
      '`imagePullPolicy: IfNotPresent`',
      'Or load the image onto every such node: `ctr -n k8s.io images import FILE`.',
    ],
  },
  'latest-tag': {
    meaning:
      'No tag, which means `:latest`, or `:latest` itself. Nodes may run different code, nobody can roll back, and every start needs the registry, since the pull policy is then `Always`.',
    seenAs: [],
    find: ["What runs: `kubectl get pods -n NS -o jsonpath='{..imageID}'`."],
    fix: ['Name a version, better a digest.'],
  },
  'not-pinned': {
    meaning: 'The image is named by a tag alone, which may be moved to other content.',
    seenAs: [],
    find: ['`docker buildx imagetools inspect IMAGE` shows the digest.'],
    fix: ['Write `NAME:TAG@sha256:…`; the kubelet then asks for the digest only.'],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
