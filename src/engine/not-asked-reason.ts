/**
 * Why Pullgate did not send a request. `bug`: an unexpected error in Pullgate itself.
 * `signature`: the node pulls only images with a signature, which Pullgate does not verify.
 * `short-name`: the image has no host, and it is not known where the node looks for such images.
 * `node-files`: the configuration of the nodes cannot be read, or does not tell what they ask.
 * `node-login`: it is not known which credential the node itself has for the host.
 * `other-credential`: the node sends a credential of another registry, which Pullgate never does.
 */
export type NotAskedReason =
  | 'loopback'
  | 'address'
  | 'realm'
  | 'insecure-realm'
  | 'redirect'
  | 'redirect-login'
  | 'overload'
  | 'breaker'
  | 'deadline'
  | 'new-registries'
  | 'private-realm'
  | 'limit'
  | 'signature'
  | 'node-files'
  | 'short-name'
  | 'node-login'
  | 'other-credential'
  | 'bug';
