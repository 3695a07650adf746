/** An image reference as the kubelet normalises it: `nginx` is `docker.io` / `library/nginx` : `latest`. */
export interface ImageReference {
  /** Host and port: what credentials and hosts.toml are looked up by. */
  readonly registry: string;
  /** Path below the registry, with Docker Hub's `library/` where it is implied. */
  readonly repository: string;
  /** Defaulted to `latest` where neither tag nor digest is written. */
  readonly tag?: string;
  readonly digest?: string;
}
