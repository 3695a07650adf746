import { reaches, rounded, type Figure, type Result } from './figure.ts';

const row = 22;
const labelWidth = 400;
const barWidth = 300;
const width = labelWidth + barWidth + 220;

/** Returns an SVG with a bar for each figure that has a goal: the goal is the line in the middle. */
export function chartOf(results: readonly Result[]): string {
  const figures = results.flatMap(({ mode, figures = [] }) =>
    figures.flatMap((figure) => (figure.goal === undefined ? [] : [{ ...figure, name: `${mode}: ${figure.name}` }])),
  );
  const height = figures.length * row + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>Figures of the benchmark beside their goals</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    '<g font-family="system-ui, sans-serif" font-size="12" fill="#222">',
    ...figures.map((figure, at) => bar(figure, 24 + at * row)),
    `<line x1="${labelWidth + barWidth / 2}" x2="${labelWidth + barWidth / 2}" y1="12" y2="${height - 12}" stroke="#222"/>`,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** A bar up to the line reaches a goal of "at most"; one up to the line or beyond reaches a goal of "at least". */
function bar(figure: Figure, y: number): string {
  const { name, value, unit, goal } = figure;
  const bound = goal === undefined ? 0 : 'most' in goal ? goal.most : goal.least;
  const part = bound === 0 ? (value === 0 ? 0 : 1) : Math.min(1, value / bound / 2);
  const shown = `${rounded(value)} ${unit} (${goal !== undefined && 'most' in goal ? 'at most' : 'at least'} ${bound})`;
  return [
    `<text x="${labelWidth - 10}" y="${y + 4}" text-anchor="end">${name}</text>`,
    `<rect x="${labelWidth}" y="${y - 7}" width="${(barWidth * part).toFixed(1)}" height="14" fill="${reaches(figure) ? '#2e7d32' : '#c62828'}"/>`,
    `<text x="${labelWidth + barWidth + 8}" y="${y + 4}">${shown}</text>`,
  ].join('');
}
