import { createRequire } from 'node:module';

/** The version of this build, for `--version` and the User-Agent. The path is the same from src/ and dist/. */
export const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
