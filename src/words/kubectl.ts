import type { ImageUse } from '../engine/workload/image-use.ts';
import { secretKey } from '../engine/keyring/secret-key.ts';
import type { Subject } from './by-kind.ts';
import { shellWord } from './plain-text.ts';

/** A command of these words, or undefined where one cannot be shown whole: what is copied must be what was meant. */
function command(...words: readonly string[]): string | undefined {
  const safe = words.map(shellWord);
  return safe.includes(undefined) ? undefined : safe.join(' ');
}

/** `kubectl set image deployment/web app=IMAGE -n NS`; undefined where kubectl has no such command. */
export function setImage(subject: Subject, { kind, name }: ImageUse, image: string): string | undefined {
  if (kind === 'ephemeral' || kind === 'volume') return undefined;
  const target = objectName(subject, ['template', 'images']);
  return target && command('kubectl', 'set', 'image', target, `${name}=${image}`, '-n', subject.namespace);
}

/** The command that makes a container's pull policy `IfNotPresent`. */
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

/** `deployment/web`: undefined where the object is not stored, or its name is still to be made. */
function objectName(
  { kind, name, stored, editable }: Subject,
  enough: readonly Subject['editable'][],
): string | undefined {
  if (stored === false || name === '' || name.endsWith('-') || !enough.includes(editable)) return undefined;
  return `${kind.toLowerCase()}/${name}`;
}

/** The command that makes a pull secret for a registry; USER and PASSWORD are left to whoever runs it. */
export function createSecret(secret: string, registry: string, { namespace }: Subject): string | undefined {
  const server = `--docker-server=${secretKey(registry)}`;
  const create = command('kubectl', 'create', 'secret', 'docker-registry', secret, '-n', namespace, server);
  return create && `${create} --docker-username=USER --docker-password=PASSWORD`;
}

/** The same for a secret that exists: all that it holds is written anew. */
export function replaceSecret(secret: string, registry: string, subject: Subject): string | undefined {
  const create = createSecret(secret, registry, subject);
  return create && `${create} --dry-run=client -o yaml | kubectl apply -f -`;
}

/** The command that has a service account hand the secret to the pods that list none of their own. */
export function addToServiceAccount(secret: string, { namespace, serviceAccount }: Subject): string | undefined {
  const patch = JSON.stringify({ imagePullSecrets: [{ name: secret }] });
  return command('kubectl', 'patch', 'serviceaccount', serviceAccount ?? 'default', '-n', namespace, '-p', patch);
}

/** The command that makes a service account. */
export function createServiceAccount(name: string, { namespace }: Subject): string | undefined {
  return command('kubectl', 'create', 'serviceaccount', name, '-n', namespace);
}
