/** What the OpenAPI document says of an operation in sentences, by what the route declares: nothing is written twice. */
import type { Route } from '../lambdas/route.ts';

/** A group of operations. */
interface Tag {
  name: string;
  description: string;
}

const OPEN: Tag = { name: 'Service', description: 'About the API itself. Needs no token.' };
const CALLER: Tag = { name: 'Caller', description: 'About all that the caller may read.' };
const ENVIRONMENT: Tag = { name: 'Environment', description: 'Figures of one environment, which `environment` names.' };

/** Of everything that is open. */
export const OPEN_TAG = OPEN.name;

/** In the order of the document. */
export const TAGS: readonly Tag[] = [OPEN, CALLER, ENVIRONMENT];

/** Where an operation stands among the others. */
export function tagOf({ scopes, environment }: Route): string {
  if (scopes === null) return OPEN.name;
  return environment ? ENVIRONMENT.name : CALLER.name;
}

/** What holds for the whole answer, beside the summary; Markdown, a paragraph for each matter. */
export function operationDescription(route: Route): string {
  return [
    route.summary,
    scopesRule(route),
    ...(route.environment ? ['An environment that you may not read is answered as one that does not exist.'] : []),
    ...(route.rows === null ? [] : [pagesRule(route.rows, route.csv !== null)]),
    ...(route.fields === undefined
      ? []
      : [`\`${route.fields}\` picks the fields of the rows; the others are left out.`]),
    ...disclosureRules(route),
    'What is not known is `null`, never 0, and then `complete` is false.',
  ].join('\n\n');
}

function scopesRule({ scopes }: Route): string {
  if (scopes === null) return 'Needs no token.';
  const names = scopes.map((scope) => `\`${scope}\``).join(', ');
  return scopes.length === 1 ? `Needs the scope ${names}.` : `Needs any one of the scopes ${names}.`;
}

function pagesRule(rows: string, hasCsv: boolean): string {
  const link = '`Link: <…>; rel="next"`';
  const pages = `\`${rows}\` come in pages of \`limit\`; \`next_cursor\`, also as ${link}, leads to the next.`;
  return hasCsv ? `${pages} With \`Accept: text/csv\` they are a table.` : pages;
}

/** What shows in clear, and what is written down about whoever looks. */
function disclosureRules({ discloses, looksUp }: Route): string[] {
  return [
    ...(discloses === undefined
      ? []
      : [
          `Clear text comes with \`${discloses.parameter}=true\` only, and needs the scope \`${discloses.scope}\`; each ` +
            'such answer is an audit line.',
        ]),
    ...(looksUp === undefined ? [] : [`Each question by exact \`${looksUp.parameter}\` is an audit line.`]),
  ];
}
