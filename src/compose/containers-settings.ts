import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { FileProblem } from '../registry/hosts/certificate-files.ts';
import { containersCertificates } from '../registry/hosts/containers-certificates.ts';
import { containersFiles } from '../registry/hosts/containers-files.ts';
import type { ContainersSettings } from '../registry/manners/cri-o/options.ts';

/** The files of nodes with CRI-O, and what is wrong with them. */
export interface WatchedContainers {
  readonly settings: ContainersSettings;
  /** The problems that the last read found. */
  readonly problems: () => readonly FileProblem[];
}

/**
 * Reads the files of nodes with CRI-O at the start, so that their problems are known. Undefined if the config names none.
 * `onProblems` is called with their number after each read.
 */
export async function watchContainers(
  { containers, containersAuth }: Config['nodeFiles'],
  onProblems: (count: number) => void,
): Promise<WatchedContainers | undefined> {
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
    settings: { files, certificatesFor: containersCertificates(join(containers, 'certs.d')) },
    problems: () => latest,
  };
}
