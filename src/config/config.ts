/**
 * The room of the configuration: one YAML file, flags and environment become one frozen `Config`, or one line that
 * says what is wrong and where. `schema.json` is what the file may say, what each option is for, and its default.
 */
import type { CheckOptions } from '../engine/check-options.ts';
import type { Exemption } from '../engine/policy/exemption.ts';
import type { PolicyRules } from '../engine/policy/namespace-policy.ts';
import type { Redacted } from '../lib/redacted.ts';

/** What one registry needs beside the common. */
export interface RegistryRule {
  /** Host, with its port where images name one. */
  readonly host: string;
  /** Path of a PEM file. */
  readonly ca?: string;
  readonly insecure?: boolean;
}

export interface TlsConfig {
  readonly source: 'self-signed' | 'secret' | 'files';
  readonly service: string;
  readonly dnsNames: readonly string[];
  readonly secretName: string;
  readonly webhookConfiguration?: string;
  /** With `certFile` and `keyFile`: given where the source is `files`. */
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly minVersion: '1.2' | '1.3';
  readonly clientCA?: string;
  readonly clientName?: string;
}

export interface ServerConfig {
  readonly address?: string;
  readonly port: number;
  readonly metricsPort?: number;
  readonly maxInFlight: number;
  readonly maxConnections: number;
  readonly maxEventLoopLag: number;
  readonly keepAlive: number;
  readonly drain: number;
  readonly grace: number;
}

/** Everything that an operator may choose, with defaults filled in. Durations are ms. `schema.json` describes each option. */
export interface Config
  extends PolicyRules, Pick<CheckOptions, 'deep' | 'missingSecret' | 'placeholders' | 'rewrites'> {
  readonly exemptions: readonly Exemption[];
  readonly registries: readonly RegistryRule[];
  readonly realmHosts: readonly string[];
  readonly certsDir?: string;
  readonly client: {
    readonly connectTimeout: number;
    readonly headersTimeout: number;
    readonly concurrency: number;
    readonly breaker: { readonly failures: number; readonly pause: number; readonly maxPause: number };
  };
  readonly nodeCredentials: {
    readonly dockerConfig?: string;
    readonly providers?: { readonly config: string; readonly binDir: string };
  } & CheckOptions['nodeCredentials'];
  readonly network: {
    readonly denyRanges: readonly string[];
    readonly allowAddresses: readonly string[];
    readonly allowLoopback: boolean;
  };
  /** A proxy's URL may hold a password. */
  readonly proxy: { readonly http?: Redacted; readonly https?: Redacted; readonly none?: string };
  readonly cache: {
    readonly digest: number;
    readonly tag: number;
    readonly failure: number;
    readonly lastKnown: number;
    readonly secret: number;
    /** MiB. */
    readonly size: number;
  };
  readonly deadline: number;
  readonly platforms: readonly string[];
  readonly nodes: { readonly enabled: boolean; readonly refresh: number };
  readonly events: boolean;
  readonly recheck: boolean;
  readonly ownNamespace: string;
  readonly tls: TlsConfig;
  readonly server: ServerConfig;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}
