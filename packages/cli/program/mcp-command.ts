/** `mrt mcp`: loaded only when it is asked for, as it is most of the program. */
import type { Command } from 'commander';
import { chosenProfile } from '../profile/profiles.ts';
import type { Host } from '../run.ts';
import { examplesText } from './route-command.ts';

/** Adds the command. */
export function addMcpCommand(program: Command, host: Host): void {
  program
    .command('mcp')
    .description(
      'Tools for assistants, by the Model Context Protocol on standard input and output. Reads only, masked.',
    )
    .option('-p, --profile <name>', 'which API, as whom: a profile, or the path of a file like one')
    .addHelpText(
      'after',
      examplesText([['mrt mcp --profile prod', 'the command that an assistant’s configuration names']]),
    )
    .action(async ({ profile }: { profile?: string }) => {
      const { serve } = await import('../mcp/server.ts');
      await serve(chosenProfile(profile, host.variables), host);
    });
}
