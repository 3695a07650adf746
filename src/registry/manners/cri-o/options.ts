import type { CertificatesFor } from '../../hosts/containers-certificates.ts';
import type { ContainersFiles } from '../../hosts/containers-files.ts';
import type { TargetOptions } from '../../hosts/targets.ts';

/** The files of the nodes, and how to connect. */
export interface CrioOptions extends Omit<TargetOptions, 'hosts'> {
  /** Undefined if the files of the nodes are not known. */
  readonly containers?: ContainersSettings;
}

/** The files of the nodes. Nothing here throws. */
export interface ContainersSettings {
  readonly files: () => Promise<ContainersFiles>;
  readonly certificatesFor: CertificatesFor;
}
