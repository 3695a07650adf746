import type { Announcer } from '../engine/announcer.ts';
import type { CheckOptions } from '../engine/check-options.ts';
import type { Exemption } from '../engine/policy/exemption.ts';
import type { PolicyRules } from '../engine/policy/namespace-policy.ts';
import type { ConfiguredKind } from '../engine/workload/workload-kind.ts';
import type { Redacted } from '../lib/redacted.ts';

/** The settings of one registry. */
export interface RegistryRule {
  /** The host, with the port if images name one. */
  readonly host: string;
  /** The path of a PEM file with certificate authorities. */
  readonly ca?: string;
  readonly insecure?: boolean;
}

export interface TlsConfig {
  readonly source: 'self-signed' | 'secret' | 'files';
  readonly service: string;
  readonly dnsNames: readonly string[];
  readonly secretName: string;
  readonly webhookConfiguration?: string;
  /** `certFile` and `keyFile` are set if `source` is `files`. */
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
  readonly pathToken?: Redacted;
  readonly maxInFlight: number;
  readonly maxConnections: number;
  readonly maxEventLoopLag: number;
  readonly keepAlive: number;
  readonly drain: number;
  readonly grace: number;
}

/** All options, with defaults filled in. Durations are in ms. `schema.json` describes each option. */
export interface Config
  extends PolicyRules, Pick<CheckOptions, 'deep' | 'missingSecret' | 'placeholders' | 'rewrites'> {
  readonly exemptions: readonly Exemption[];
  readonly announcers: readonly Announcer[];
  readonly workloads: readonly ConfiguredKind[];
  readonly registries: readonly RegistryRule[];
  readonly realmHosts: readonly string[];
  readonly certsDir?: string;
  readonly nodeFiles: {
    readonly containerdConfig?: string;
    readonly k3sRegistries?: string;
    readonly k3sDisableDefaultEndpoint: boolean;
    readonly containers?: string;
    readonly containersAuth?: string;
    readonly dockerDaemon?: string;
  };
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
  /** The URL of a proxy may contain a password. */
  readonly proxy: { readonly http?: Redacted; readonly https?: Redacted; readonly none?: string };
  readonly cache: {
    readonly digest: number;
    readonly tag: number;
    readonly failure: number;
    readonly lastKnown: number;
    readonly secret: number;
    /** In MiB. */
    readonly size: number;
  };
  readonly deadline: number;
  readonly platforms: readonly string[];
  readonly nodes: { readonly enabled: boolean; readonly refresh: number };
  readonly openshift: { readonly enabled: boolean };
  readonly events: boolean;
  readonly recheck: boolean;
  readonly ownNamespace: string;
  readonly tls: TlsConfig;
  readonly server: ServerConfig;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}
