/*
 * The room of the webhook's certificate: it is made, shared among replicas, rotated and reloaded here, and its CA is
 * written to where the API server looks for it. What serves TLS knows nothing but a `CertificateSource`.
 */

/** PEM; `cert` may be a chain, the leaf first. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Where the server's certificate comes from, and news of each one that replaces it. */
export interface CertificateSource {
  current(): Certificate;
  /** Answers what ends the subscription. */
  onChange(listener: (certificate: Certificate) => void): () => void;
}

/** A source that watches for a successor until it is closed. */
export interface RunningSource extends CertificateSource {
  close(): void;
}

/** A source that somebody else feeds. */
export interface CertificateHolder extends CertificateSource {
  /** Does nothing where `certificate` is the current one. */
  replace(certificate: Certificate): void;
}

/** Serves `first` until it is replaced, and tells of each successor. */
export function certificateHolder(first: Certificate): CertificateHolder {
  const listeners = new Set<(certificate: Certificate) => void>();
  let certificate = first;
  return {
    current: () => certificate,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    replace(next) {
      if (next.cert === certificate.cert && next.key === certificate.key) return;
      certificate = next;
      for (const listener of listeners) listener(next);
    },
  };
}
