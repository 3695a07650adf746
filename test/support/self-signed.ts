import { createAuthority, issueLeaf, type LeafOptions } from '../../src/tls/issue.ts';
import { certificateHolder, type RunningSource } from '../../src/tls/source.ts';

/** A certificate in memory that is never renewed. A client must trust `ca`. */
export async function selfSignedSource(options: LeafOptions): Promise<RunningSource & { readonly ca: string }> {
  const authority = await createAuthority(options);
  const holder = certificateHolder(await issueLeaf(authority, options));
  return { ...holder, ca: authority.cert, close: () => undefined };
}
