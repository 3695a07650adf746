import type { ImageUse } from '../engine/workload/image-use.ts';
import { secretKey } from '../engine/keyring/secret-key.ts';
import type { Subject } from './by-kind.ts';
import { shellWord } from './plain-text.ts';

/**
 * A shell command of these words. Undefined if a word cannot be shown in full, because a user would copy a wrong
 * command.
 */
function command(...words: readonly string[]): string | undefined {
  const safe = words.map(shellWord);
  return safe.includes(undefined) ? undefined : safe.join(' ');
}

/** `kubectl set image deployment/web app=IMAGE -n NS`; undefined if kubectl has no such command. */
export function setImage(subject: Subject, { kind, name }: ImageUse, image: string): string | undefined {
  if (kind === 'ephemeral' || kind === 'volume') return undefined;
  const target = objectName(subject, ['template', 'images']);
  return target && command('kubectl', 'set', 'image', target, `${name}=${image}`, '-n', subject.namespace);
}

/** The command that sets the image or, if kubectl cannot change the object, the line to write in its manifest. */
export function writeImage(subject: Subject, use: ImageUse, image: string): string | undefined {
  const field = use.kind === 'volume' ? 'reference' : 'image';
  return setImage(subject, use, image) ?? (shellWord(image) === image ? `${field}: ${image}` : undefined);
}

/** The command that sets a container's pull policy to `IfNotPresent`. Undefined if kubectl cannot change it. */
export function setPullPolicy(subject: Subject, { kind, path }: ImageUse): string | undefined {
  const target = objectName(subject, ['template']);
  if (kind !== 'container' && kind !== 'init') return undefined;
  const pointer = `/${path
    .replace(/image$/, 'imagePullPolicy')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .replaceAll('.', '/')}`;
  const patch = JSON.stringify([{ op: 'add', path: pointer, value: 'IfNotPresent' }]);
  return target && command('kubectl', 'patch', target, '-n', subject.namespace, '--type=json', '-p', patch);
}

/**
 * `deployment/web`. Undefined if the object is not stored or has no name yet, or if kubectl can change none of `parts`.
 */
function objectName(
  { kind, name, stored, editable }: Subject,
  parts: readonly Subject['editable'][],
): string | undefined {
  if (stored === false || name === '' || name.endsWith('-') || !parts.includes(editable)) return undefined;
  return `${kind.toLowerCase()}/${name}`;
}

/** The command that creates a pull secret for a registry. The user fills in USER and PASSWORD. */
export function createSecret(secret: string, registry: string, { namespace }: Subject): string | undefined {
  const server = `--docker-server=${secretKey(registry)}`;
  const create = command('kubectl', 'create', 'secret', 'docker-registry', secret, '-n', namespace, server);
  return create && `${create} --docker-username=USER --docker-password=PASSWORD`;
}

/** The command that replaces an existing pull secret and all its entries. */
export function replaceSecret(secret: string, registry: string, subject: Subject): string | undefined {
  const create = createSecret(secret, registry, subject);
  return create && `${create} --dry-run=client -o yaml | kubectl apply -f -`;
}

/** The command that adds the secret to a service account, for the pods that list no pull secrets. */
export function addToServiceAccount(secret: string, { namespace, serviceAccount }: Subject): string | undefined {
  const patch = JSON.stringify({ imagePullSecrets: [{ name: secret }] });
  return command('kubectl', 'patch', 'serviceaccount', serviceAccount ?? 'default', '-n', namespace, '-p', patch);
}

/** The command that creates a service account. */
export function createServiceAccount(name: string, { namespace }: Subject): string | undefined {
  return command('kubectl', 'create', 'serviceaccount', name, '-n', namespace);
}

/** The command that deletes a pod, so that its workload creates another one. */
export function deletePod({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string | undefined {
  return command('kubectl', 'delete', 'pod', name, '-n', namespace);
}
