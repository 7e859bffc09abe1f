/**
 * `npm run synth [configuration …]`: synthesises the stack of each configuration with all its checks, side by side, and
 * says that it is valid. By default the three examples; the third has every option on.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLES = ['config/example.json', 'config/example-new.json', 'config/example-options.json'];
/** What the CDK says of every stack and nobody acts upon; anything else is shown. */
const PROGRESS = /^Bundling asset |feature flags are not configured|^Successfully synthesized to |^Supply a stack id /;

/** @returns exit code and output of the CDK's command line, which also fails for errors that constructs annotate */
function synthesise(config: string): Promise<{ code: number | null; output: string }> {
  const words = ['synth', '--quiet', '--context', `config=${config}`];
  words.push('--output', join('cdk.out', config.replace(/\W+/g, '-')));
  const child = spawn(join(PROJECT, 'node_modules', '.bin', 'cdk'), words, {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

const named = process.argv.slice(2);
const configs = named.length > 0 ? named : EXAMPLES;
const results = await Promise.all(configs.map(async (config) => ({ config, ...(await synthesise(config)) })));
for (const { config, code, output } of results) {
  const notable = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !PROGRESS.test(line))
    .join('\n');
  if (notable !== '') process.stderr.write(`${notable}\n`);
  process.stdout.write(code === 0 ? `${config} is valid.\n` : `${config} is not valid.\n`);
  if (code !== 0) process.exitCode = 1;
}
