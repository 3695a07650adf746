/**
 * Returns the key that `docker login` uses for a registry in a docker config, and that a pull secret should use: the
 * host and port, or for Docker Hub a URL. Mirrors getAuthConfigKey of docker/cli v28 cli/command/registry.go.
 */
export function secretKey(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}
