import { styleText } from 'node:util';
import type { Application, Verdict } from './workloads.ts';

/** Width of the output, in columns. */
const width = 100;

type Style = Parameters<typeof styleText>[0];

const styles = { allowed: 'green', warned: 'yellow', denied: 'red' } as const satisfies Record<Verdict, Style>;

/** The verdict for a workload, and the lines that kubectl prints. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly lines: readonly string[];
}

/** The text about one workload: its title, the command of the user, and the output of kubectl. */
export function paragraph(at: number, { title, command, fields }: Application, { verdict, lines }: Outcome): string {
  const heading = `${String(at).padStart(2)}  ${title}`;
  const mark = verdict.toUpperCase();
  return [
    '',
    styleText('bold', heading) + styleText(styles[verdict], mark.padStart(width - heading.length)),
    ...block(`$ ${command}`, 'cyan'),
    ...(fields === undefined ? [] : block(`  # ${fields}`, 'gray')),
    ...lines.flatMap((line) => block(line, styleOf(line))),
    '',
  ].join('\n');
}

/** The counts of the demo, and what to read next. */
export function closing(counts: Readonly<Record<Verdict, number>>, ms: number): string {
  const numbers = `${counts.allowed} allowed, ${counts.warned} with warnings, ${counts.denied} denied, in ${ms} ms.`;
  return `${styleText('bold', numbers)} docs/findings.md explains each kind of finding.\n`;
}

function styleOf(line: string): Style | undefined {
  if (/^(error|Error from server \(Forbidden\)): /.test(line)) return 'dim';
  return line.startsWith('Warning: ') ? 'yellow' : undefined;
}

function block(line: string, style: Style | undefined): readonly string[] {
  const lines = wrapped(`    ${line}`);
  return style === undefined ? lines : lines.map((text) => styleText(style, text));
}

/** The indent, label or bullet of a line. Continuation lines align with the text after it. */
const label = /^ +(?:[a-z]+(?: [a-z]+)? {2,}|- )?/;

/** Wraps a line at `width` columns. Wraps a command with backslashes, so that it can still be copied. */
function wrapped(line: string): readonly string[] {
  const [start = ''] = label.exec(line) ?? [];
  const isCommand = /^(?:\$|kubectl|docker|curl) /.test(line.slice(start.length));
  const [end, further] = isCommand ? [' \\', '  '] : ['', ''];
  const lines: string[] = [];
  let current = start;
  for (const word of line.slice(start.length).split(' ')) {
    const longer = current.endsWith(' ') ? `${current}${word}` : `${current} ${word}`;
    if (longer.length + end.length <= width || current.trim() === '') {
      current = longer;
    } else {
      lines.push(`${current}${end}`);
      current = `${' '.repeat(start.length)}${further}${word}`;
    }
  }
  return [...lines, current];
}
