import type { NotAsked } from '../../../engine/answer.ts';
import { findAuth } from '../../../engine/hosts/containers/find-auth.ts';
import { type ImageReference, repositoryName } from '../../../engine/image/image-reference.ts';
import { anonymous, type Credential } from '../../../engine/keyring/credential.ts';
import type { Question } from '../../../engine/ports.ts';
import type { Target } from '../../ask.ts';
import type { ContainersFiles } from '../../hosts/containers-files.ts';

/** The credential for one source, and what Pullgate does not know about it. */
export type SourceLogin = Pick<Target, 'credential' | 'blockedBy' | 'unsure'>;

/**
 * Returns the credential that CRI-O takes for a source of a name. That of the kubelet is only for the host of the name;
 * any other source, and a pull without a credential, gets what the auth file of the node has. Mirrors PullImage of CRI-O
 * v1.34.0 server/image_pull.go, and newImageSourceAttempt of containers/image v5.35.0 docker/docker_image_src.go.
 */
export function loginFor(
  { reference, credential }: Question,
  name: ImageReference,
  source: ImageReference,
  files: ContainersFiles | undefined,
): SourceLogin {
  const isGiven = credential.kind === 'basic' && credential.username !== '';
  if (!isGiven || source.registry !== name.registry) return loginOfNode(source, name, files);
  if (name.registry === reference.registry) return { credential };
  // The kubelet chose it for Docker Hub, but CRI-O sends it to each host of its search list.
  return { credential: anonymous, blockedBy: unknown('other-credential', source) };
}

function loginOfNode(source: ImageReference, name: ImageReference, files: ContainersFiles | undefined): SourceLogin {
  const repository = repositoryName(source);
  if (files?.registries === undefined || files.auths === undefined) {
    // For the host of the image itself, the credentials of the kubelet are all that is known on any node.
    return source.registry === name.registry ? { credential: anonymous } : unseen(source);
  }
  const auth = findAuth(files.auths, files.registries.credentialHelpers, repository);
  if (auth.kind === 'none') return { credential: anonymous };
  if (auth.kind === 'unseen' || (auth.kind === 'entry' && auth.identityToken !== undefined)) return unseen(source);
  if (auth.kind === 'fails') return { credential: anonymous, blockedBy: unknown('node-files', source) };
  return { credential: credentialOf(auth.entry, auth.username, auth.password) };
}

function credentialOf(
  entry: string,
  username: string,
  password: (Credential & { kind: 'basic' })['password'],
): Credential {
  return { kind: 'basic', username, password, source: { kind: 'node-config', entry } };
}

function unseen(source: ImageReference): SourceLogin {
  return { credential: anonymous, unsure: unknown('node-login', source) };
}

function unknown(reason: NotAsked['reason'], { registry }: ImageReference): NotAsked {
  return { kind: 'not-asked', reason, host: registry };
}
