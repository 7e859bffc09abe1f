/**
 * Runs the commands of the pages as far as they come without an account, and looks at exit and message: what the CDK and
 * npm are asked for must fail for want of credentials and for nothing else, what the AWS CLI is asked for must get as far
 * as the network. `node commands.ts <folder with aws>`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAGES = ['deploy', 'deployer', 'upgrade', 'runbook', 'accounts', 'options', 'recovery'];
const STAGE = 'example-new';
/** Placeholders of the pages; any other one becomes `x1`. */
const VALUES: [RegExp, string][] = [
  [/config\/(<stage>|prod)\.json/g, `config/${STAGE}.json`],
  [/mrt-(<stage>|prod)(?![\w-])/g, 'mrt-dev'],
  [/<account>/g, '444455556666'],
  [/<region>/g, 'eu-central-1'],
  [/<UserPoolId>/g, 'eu-central-1_AbCdEfGhI'],
  [/<KeyBucketName>/g, 'mrt-dev-keybucket'],
  [/<[^<>]+>/g, 'x1'],
  [/…/g, 'x1'],
];

interface Rule {
  command: RegExp;
  /** Exit code, and what it must say. */
  status: (code: number | null) => boolean;
  says: RegExp;
}

const noAccount = /credentials|Unable to resolve AWS account|Need to perform AWS calls|no.*account/i;
const failed = (code: number | null) => code !== 0;
const RULES: Rule[] = [
  { command: /^npx cdk /, status: failed, says: noAccount },
  { command: /^npm run synth\b/, status: (code) => code === 0, says: /is valid\./ },
  { command: /^npm run key-policies\b/, status: (code) => code === 0, says: /^\{/m },
  { command: /^npm run deploy\b/, status: failed, says: noAccount },
  { command: /npm run smoke\b/, status: failed, says: /deploy first|npm start/ },
  { command: /^aws /, status: failed, says: /Could not connect to the endpoint URL/ },
];
/** Not for here: they change the clone, are run by others, or wait for an answer of AWS that there is not. */
const LEFT_OUT =
  /^(git |bash |openssl |printf |npx cdk-assets|npm ci|npm test|npm start|npm run (backup|restore|sbom|bench)|aws (s3 cp|acm import-certificate|rds generate))/;

const [bin = ''] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'mrt-commands-'));
for (const name of ['policy.json', 'revoke.json']) writeFileSync(join(work, name), '{}');
const without = { PATH: `${bin}:${process.env['PATH']}`, HOME: work, AWS_EC2_METADATA_DISABLED: 'true', CI: 'true' };
const reachingNothing = {
  ...without,
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_MAX_ATTEMPTS: '1',
};

let bad = 0;
/** Several pages may say the same. */
const ran = new Set<string>();
for (const page of PAGES) {
  for (const command of new Set(commandsOf(readFileSync(`docs/${page}.md`, 'utf8')))) {
    if (LEFT_OUT.test(command) || ran.has(command)) continue;
    const rule = RULES.find((candidate) => candidate.command.test(command));
    ran.add(command);
    const fault = rule === undefined ? 'nothing says what it should do' : faultOf(command, rule);
    if (fault !== null) bad += 1;
    process.stdout.write(
      fault === null ? `ok    ${page}: ${command}\n` : `FAIL  ${page}: ${command}\n      ${fault}\n`,
    );
  }
}
rmSync(work, { recursive: true, force: true });
process.stdout.write(`${ran.size} commands, ${bad} not as the pages say\n`);
process.exitCode = bad === 0 && ran.size > 15 ? 0 : 1;

/** Commands of a page with values in place of their placeholders: lines of shell blocks, and code in sentences. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```(?:sh|)\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
    block.replaceAll(/\\\n\s*/g, ' ').split('\n'),
  );
  // A span may go over the end of a line; what stands in a block is no span.
  const spans = [...text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) =>
    span.replaceAll(/\n\s*/g, ' '),
  );
  return (
    [...blocks, ...spans]
      .map((line) => line.trim())
      // `npm run smoke` in a sentence is a name; with what it works on it is a command.
      .filter((line) => /^(\S+=\S* )*(npx cdk \S+|npm run \S+ --|npm run synth$|aws \S+) ?\S*/.test(line))
      .filter((line) => !/^(npx cdk \S+|aws( \S+){1,2})$/.test(line))
      .map((line) => VALUES.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), line))
  );
}

function faultOf(command: string, { status, says }: Rule): string | null {
  const env = command.startsWith('aws ') ? reachingNothing : without;
  const line = command.replace(/(fileb?):\/\/(policy|revoke)\.json/, `$1://${work}/$2.json`).replace(/ > \S+$/, '');
  const result = spawnSync('bash', ['-c', line], { env, encoding: 'utf8', timeout: 600_000 });
  const output = `${result.stdout}${result.stderr}`;
  if (!status(result.status)) return `exit ${result.status}: ${lastLines(output)}`;
  return says.test(output) ? null : `does not say ${says}: ${lastLines(output)}`;
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' | ');
}
