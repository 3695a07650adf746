import { join } from 'node:path';
import type { OpenShift } from '../cluster/openshift.ts';
import type { Config } from '../config/config.ts';
import type { FileProblem } from '../registry/hosts/certificate-files.ts';
import { lookUpMs } from './look-up-time.ts';
import { openShiftFiles } from './openshift.ts';
import { containersCertificates, type CertificatesFor } from '../registry/hosts/containers-certificates.ts';
import { containersFiles } from '../registry/hosts/containers-files.ts';
import type { ContainersSettings } from '../registry/manners/cri-o/options.ts';

const noCertificates: CertificatesFor = async () => ({ kind: 'certificates', ca: [], client: [] });

/** The files of nodes with CRI-O, and what is wrong with them. */
export interface WatchedContainers {
  readonly settings: ContainersSettings;
  /** The problems that the last read found. */
  readonly problems: () => readonly FileProblem[];
}

/**
 * Reads the files of nodes with CRI-O at the start, so that their problems are known. With `openShift`, the files are
 * those that it writes, except the certificates. Undefined if there are none to read. `onProblems` is called with the
 * number of problems after each read.
 */
export async function watchContainers(
  { nodeFiles: { containers, containersAuth }, deadline }: Pick<Config, 'nodeFiles' | 'deadline'>,
  openShift: OpenShift | undefined,
  onProblems: (count: number) => void,
): Promise<WatchedContainers | undefined> {
  const certificatesFor =
    containers === undefined ? noCertificates : containersCertificates(join(containers, 'certs.d'));
  if (openShift !== undefined) {
    return {
      settings: { files: openShiftFiles(openShift, lookUpMs({ deadline })), certificatesFor },
      problems: () => [],
    };
  }
  if (containers === undefined) return undefined;
  const read = containersFiles({ containers, ...(containersAuth !== undefined && { containersAuth }) });
  let latest: readonly FileProblem[] = [];

  async function files(): ReturnType<typeof read> {
    const found = await read();
    if (found.problems !== latest) onProblems(found.problems.length);
    latest = found.problems;
    return found;
  }

  await files();
  return {
    settings: { files, certificatesFor },
    problems: () => latest,
  };
}
