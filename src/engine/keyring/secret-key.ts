/**
 * The key under which `docker login` files a registry in a docker config, and so the one to write in a pull secret: the
 * host and port, but for Docker Hub a URL. Mirrors GetAuthConfigKey of docker/cli v28 cli/command/registry.go.
 */
export function secretKey(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}
