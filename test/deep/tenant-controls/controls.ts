/** What keeps tenants apart, each with how it is taken out and the test that must notice. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are code, as it stands in its file

export interface Control {
  name: string;
  /** From the folder of the project. */
  file: string;
  /** A text of the file, and what stands in its place without the control. */
  taken: string;
  left: string;
  /** Test file, and a part of the title of a test in it that fails then. */
  tests: string;
  shownBy: RegExp;
}

const STATEMENTS = 'lib/permissions/tenant-statements.ts';
const OPTIONS = 'test/lib/options/tenants.test.ts';
const VERIFIER = 'lambdas/internal_tokens/verifier.ts';
const TOKENS = 'test/lambdas/internal_tokens/token.test.ts';
const PIPELINE = 'lambdas/http/pipeline.ts';
const ASK = 'lambdas/http/ask.ts';
const ANSWERS = 'test/lambdas/http/tenant-answers.test.ts';

export const CONTROLS: readonly Control[] = [
  {
    name: 'the tag tenant in the trust policy',
    ...{ file: STATEMENTS, taken: '[`aws:RequestTag/${TAGS.tenant}`]: tenant,', left: '' },
    ...{ tests: OPTIONS, shownBy: /each under its own identity/ },
  },
  {
    name: 'the tag spiffe_id in the trust policy',
    ...{
      file: STATEMENTS,
      taken: '[`aws:RequestTag/${TAGS.spiffeId}`]: `\\${aws:PrincipalTag/${TAGS.spiffeId}}`,',
      left: '',
    },
    ...{ tests: OPTIONS, shownBy: /each under its own identity/ },
  },
  {
    name: 'the source identity in the trust policy',
    ...{ file: STATEMENTS, taken: "conditions: { StringLike: { 'sts:SourceIdentity': `mrt-${stage}-*` } },", left: '' },
    ...{ tests: OPTIONS, shownBy: /each under its own identity/ },
  },
  {
    name: 'the source identity in the policy of a function',
    ...{ file: STATEMENTS, left: '' },
    taken: "conditions: { StringEquals: { 'sts:SourceIdentity': `mrt-${config.stage}-${name}` } },",
    ...{ tests: OPTIONS, shownBy: /may read nothing of the tenant with its own role/ },
  },
  {
    name: 'the tags of the session in the policies of a tenant’s role',
    ...{
      file: STATEMENTS,
      taken: '[`aws:PrincipalTag/${TAGS.spiffeId}`]: functions.map',
      left: 'unused: functions.map',
    },
    ...{ tests: 'test/attack/tenant-policies.test.ts', shownBy: /a session of that bank alone reaches it/ },
  },
  {
    name: 'sessions kept by tenant',
    ...{ file: 'lambdas/upstreams/sts/sessions.ts', taken: 'JSON.stringify([reader.tenant, reader.role])', left: "''" },
    ...{ tests: 'test/lambdas/upstreams/sts/sessions.test.ts', shownBy: /never handed out for another/ },
  },
  {
    name: 'cursors bound to the tenant',
    ...{
      file: 'lambdas/http/subject.ts',
      taken: '(environment?.name ?? rights.tenant)',
      left: '(environment?.name ?? null)',
    },
    ...{ tests: 'test/lambdas/http/subject.test.ts', shownBy: /is whose caller it is/ },
  },
  {
    name: 'cursors signed with keys of the tenant',
    ...{
      file: PIPELINE,
      taken: 'keysOf(admission.keys(context), admitted.rights.tenant)',
      left: 'admission.keys(context)',
    },
    ...{ tests: ANSWERS, shownBy: /sign the cursors of its own callers/ },
  },
  {
    name: 'hashes with keys of the tenant',
    ...{ file: ASK, taken: 'keysOf(admission.keys(context), of?.tenant)', left: 'admission.keys(context)' },
    ...{ tests: ANSWERS, shownBy: /hash what is its environment’s/ },
  },
  {
    name: 'ETags of what concerns the tenant',
    ...{
      file: PIPELINE,
      taken: "if (process.env['MRT_WITH_TENANTS'] === 'off') return",
      left: 'if (tenant !== undefined) return',
    },
    ...{ tests: ANSWERS, shownBy: /stays while another tenant’s configuration changes/ },
  },
  {
    name: 'environments within reach, and with them the totals of a fleet',
    ...{
      file: 'lambdas/tenancy.ts',
      taken: 'tenant === null || environment.tenant === tenant',
      left: 'true || tenant',
    },
    ...{ tests: 'test/lambdas/tenancy.test.ts', shownBy: /of a tenant sees its/ },
  },
  {
    name: 'each tenant’s figures in objects of its own',
    ...{
      file: 'lambdas/recorder/tenant-parts.ts',
      taken: 'reader?.tenant ?? null',
      left: 'reader === undefined ? null : null',
    },
    ...{ tests: 'test/lambdas/recorder/tenants.test.ts', shownBy: /are in objects of its own/ },
  },
  {
    name: 'the audience of an internal token',
    ...{
      file: VERIFIER,
      taken: "if (aud !== this.audience) throw new InternalTokenError('audience');",
      left: 'void aud;',
    },
    ...{ tests: TOKENS, shownBy: /audience/ },
  },
  {
    name: 'that a function acts, for itself or for a caller',
    ...{ file: VERIFIER, taken: "if (actor.kind !== 'function' ||", left: 'if (' },
    ...{ tests: TOKENS, shownBy: /act|agent|function/ },
  },
  {
    name: 'that a header says nothing else (jku, jwk, crit …)',
    ...{
      file: 'lambdas/internal_tokens/claims.ts',
      taken: 'header = z.strictObject(',
      left: 'header = z.looseObject(',
    },
    ...{ tests: TOKENS, shownBy: /a key address/ },
  },
];
