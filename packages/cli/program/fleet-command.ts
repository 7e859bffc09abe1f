/** `mrt fleet`: all environments that the caller may read, in one table. */
import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { fleet } from '../listing/fleet.ts';
import { chosenProfile } from '../profile/profiles.ts';
import { type Host, runWith } from '../run.ts';
import { table } from '../terminal/table.ts';
import { type Ended, examplesText } from './route-command.ts';
import { listOf } from './route-options.ts';

/** Adds the command. */
export function addFleetCommand(program: Command, host: Host, ended: Ended): void {
  program
    .command('fleet')
    .description('All environments that you may read, with the newest recorded figures of each.')
    .option('-e, --environment <list>', 'a comma list of environments', '*')
    .addOption(new Option('--label <list>', 'those with this label: stage:prod. May be repeated').argParser(listOf()))
    .option('--json', 'rows as JSON')
    .option('--bytes', 'exact bytes in place of KiB, MiB, GiB')
    .option('-p, --profile <name>', 'which API, as whom: a profile, or the path of a file like one')
    .addHelpText(
      'after',
      examplesText([
        ['mrt fleet', 'every environment, and the total'],
        ['mrt fleet --label stage:prod --label app:shop', 'production of one app'],
        ['mrt users -e "*" --summary', 'all that is recorded of users'],
      ]),
    )
    .action(async ({ environment, label, json, bytes, profile }: FleetOptions) => {
      const run = runWith(host, chosenProfile(profile, host.variables));
      const { columns, rows, notes, complete } = await fleet(run.api, { environment, label }, run.signal);
      if (json) {
        await run.data.write(
          `${JSON.stringify({ environments: rows.slice(0, -1), total: rows.at(-1), complete }, null, 2)}\n`,
        );
      } else {
        const style = { width: run.width, colour: run.colour, bytes: bytes ?? false };
        const { lines, left_out } = table(columns, rows, style);
        await run.output.write(`${lines.join('\n')}\n`);
        if (left_out.length > 0) run.say(`not shown at this width: ${left_out.join(', ')}`);
      }
      for (const note of new Set(notes)) run.say(note);
      if (!complete) run.say('incomplete: something that belongs in this answer is missing');
      ended(complete ? EXIT.good : EXIT.incomplete);
    });
}

interface FleetOptions {
  environment: string;
  label?: string;
  json?: true;
  bytes?: true;
  profile?: string;
}
