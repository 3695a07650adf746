import { writeFile } from 'node:fs/promises';
import type { CheckReport } from '../cli/report.ts';
import type { StatusLine } from '../cli/status-line.ts';
import { cannotWrite } from '../cli/write-report.ts';
import type { Config } from '../config/config.ts';
import { bundleText, type BundleParts } from '../debug/bundle.ts';
import { safeUrl } from '../debug/safe-url.ts';
import { createScrub, type Scrub } from '../debug/scrub.ts';
import { createTrafficLog } from '../debug/traffic.ts';
import type { Nodes } from '../engine/ports.ts';
import type { OnTraffic } from './registry.ts';
import { version } from './version.ts';

/** Collects what `pullgate check --debug-bundle` writes. */
export interface DebugBundle {
  readonly onTraffic: OnTraffic;
  /** Remembers the ports of the check, to ask them at the end. */
  saw(nodes: Nodes, problems: () => readonly string[]): void;
  /** Writes the file. Throws an Error with one line if it cannot be written. */
  write(
    report: CheckReport,
    checked: Pick<BundleParts, 'objects'> & Pick<BundleParts['versions'], 'kubernetes'>,
    status: Pick<StatusLine, 'say'>,
    stop: AbortSignal,
  ): Promise<void>;
}

/** The flags that decide a verdict. */
interface Flags {
  readonly offline: boolean;
  /** In ms. */
  readonly timeout: number;
  readonly namespace?: string;
}

/** Returns a bundle for the file at `path`, which is written at the end of the check. */
export function debugBundle(path: string, config: Config, { offline, timeout, namespace }: Flags): DebugBundle {
  const scrub = createScrub();
  const traffic = createTrafficLog(scrub);
  addSecrets(scrub, config);
  let nodes: Nodes | undefined;
  let problems: (() => readonly string[]) | undefined;
  return {
    onTraffic: traffic.add,
    saw(ofCluster, ofChecker) {
      nodes = ofCluster;
      problems = ofChecker;
    },
    async write(report, { objects, kubernetes }, status, stop) {
      const platform = `${process.platform} ${process.arch}`;
      const text = bundleText(
        {
          versions: { pullgate: version, node: process.version, platform, kubernetes },
          options: { offline, timeoutMs: timeout, namespace },
          config: publicConfig(config),
          nodes: (await nodes?.nodes(stop))?.nodes,
          report,
          objects,
          traffic,
          problems: problems?.() ?? [],
        },
        scrub,
      );
      if (text === undefined) throw new Error(`${path}: too many secrets to hide; check fewer objects`);
      try {
        await writeFile(path, text, { mode: 0o600 });
      } catch (error) {
        throw cannotWrite(path, error);
      }
      status.say(`wrote ${path}. It has names of your registries and objects, but no secrets. Read it first`);
    },
  };
}

/** The secrets of the config. Those of registries are learned from the requests that carry them. */
function addSecrets(scrub: Scrub, { proxy, server }: Config): void {
  for (const proxyUrl of [proxy.http, proxy.https]) {
    const url = URL.parse(proxyUrl?.reveal() ?? '');
    if (url !== null) for (const secret of safeUrl(url, false).secrets) scrub.add(secret);
  }
  scrub.add(server.pathToken?.reveal() ?? '');
}

/** The config without free text. `Redacted` hides the secrets. */
function publicConfig({ exemptions, ...others }: Config): unknown {
  return { ...others, exemptions: exemptions.map((exemption) => ({ ...exemption, reason: undefined })) };
}
