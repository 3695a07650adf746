import { Help, type HelpConfiguration } from 'commander';

const standard = new Help();

/**
 * The layout of `--help`: it fits a screen of 80×24. Descriptions name their values and defaults themselves. The help of a
 * command does not mention `--help`.
 */
export const helpLayout: HelpConfiguration = {
  helpWidth: 80,
  optionDescription: ({ description }) => description,
  subcommandTerm: (command) => command.name(),
  argumentDescription: ({ description }) => description,
  visibleOptions(command) {
    const options = standard.visibleOptions(command);
    return command.parent === null ? options : options.filter(({ long }) => long !== '--help');
  },
  formatHelp(command, helper) {
    return standard.formatHelp(command, helper).replace('\n\n', '\n');
  },
};
