/** What a hosts.toml says of one host; what it does not say is absent. */
export interface HostSettings {
  readonly scheme?: 'https' | 'http';
  /** Absent or empty: the registry itself. */
  readonly host?: string;
  readonly path?: string;
  readonly pull?: boolean;
  readonly resolve?: boolean;
  readonly ca?: readonly string[];
  readonly client?: readonly (readonly [certificate: string, key: string])[];
  readonly skipVerify?: boolean;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly dialTimeoutMs?: number;
}
