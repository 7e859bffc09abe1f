/** Completion for bash, zsh and fish: the shell asks `mrt complete -- <words>`, which answers from the commands alone. */
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { configFolder, readProfiles } from '../profile/profiles.ts';

/** Adds `complete` with its answers: commands, options, their words, names of profiles. Nothing is asked of the API. */
export function addCompletion(program: Command, variables: NodeJS.ProcessEnv): void {
  const { commands } = tab(program);
  for (const command of commands.values()) {
    const profile = command.options.get('profile');
    if (profile === undefined) continue;
    profile.handler = (complete) => {
      for (const name of profileNames(variables)) complete(name, '');
    };
  }
}

/** A file that cannot be read is no reason to disturb somebody who types. */
function profileNames(variables: NodeJS.ProcessEnv): string[] {
  try {
    return Object.keys(readProfiles(configFolder(variables)).profiles);
  } catch {
    return [];
  }
}
