/** The operating systems and architectures of Go 1.26 (internal/syslist), and what containerd/platforms also accepts. */
const systems =
  'aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris unknown wasi wasip1 windows zos';
const architectures =
  '386 aarch64 amd64 amd64p32 arm arm64 arm64be armbe armel armhf i386 loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 unknown wasm x86-64 x86_64';

const known = {
  os: pattern(systems),
  architecture: pattern(architectures),
  variant: /^(?:v?\d{1,2}(?:\.\d{1,2})?|hardfloat|softfloat|sse2|power(?:8|9|10)|rva\d{2}[us]64)$/i,
  feature: /^win32k$/i,
  version: /^\d{1,3}\.\d{1,3}(?:\.\d{1,5}){1,2}$/,
} as const;

function pattern(words: string): RegExp {
  return new RegExp(`^(?:${words.replaceAll(' ', '|')})$`, 'i');
}

/** The part of a platform that no node has. Users see `an unknown platform`. */
const unknownPart = '?';

/**
 * Returns a part of a platform that a registry wrote. Users see platforms, and a registry could write a password there,
 * so that any text but a known one becomes `?`, which matches no node. Undefined if the part is missing or empty.
 */
export function platformPart(part: keyof typeof known, value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return known[part].test(value) ? value : unknownPart;
}
