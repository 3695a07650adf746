/** A key and a certificate in PEM. `cert` may be a chain that starts with the leaf. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Provides the server's certificate, and reports each new one. */
export interface CertificateSource {
  current(): Certificate;
  /** Calls `listener` with each new certificate. Returns a function that ends the subscription. */
  onChange(listener: (certificate: Certificate) => void): () => void;
}

/** A source that looks for a new certificate until it is closed. */
export interface RunningSource extends CertificateSource {
  close(): void;
}

/** A source whose certificate the caller replaces. */
export interface CertificateHolder extends CertificateSource {
  /** Does nothing if `certificate` is the current one. */
  replace(certificate: Certificate): void;
}

/** A source with the certificate `first` until it is replaced. */
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
