/** Node options that set the clock of a program ahead by `aheadMs`, from the start or from SIGUSR2 on. */
export function clockAhead(aheadMs: number, from: 'the start' | 'SIGUSR2'): readonly string[] {
  const code = `
    const RealDate = Date;
    let ahead = ${from === 'the start' ? aheadMs : 0};
    process.on('SIGUSR2', () => (ahead = ${aheadMs}));
    globalThis.Date = class extends RealDate {
      constructor(...given) {
        super(...(given.length === 0 ? [RealDate.now() + ahead] : given));
      }
      static now() {
        return RealDate.now() + ahead;
      }
    };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}
