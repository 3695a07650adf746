/** Where the server's certificate comes from: issued and shared by Pullgate itself, a Secret, or files. */
export interface CertificateSource {
  /** The pair to serve with now, in PEM: the key, and the chain from the leaf up. */
  current(): { readonly key: string; readonly cert: string };
  /** Calls `listener` whenever `current` has changed; the answer ends that. */
  onChange(listener: () => void): () => void;
}
