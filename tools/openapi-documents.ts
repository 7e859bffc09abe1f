/** The paths of the OpenAPI document that are no entry of the route table: what `lambdas/documents` answers. */
import { DOCUMENT_PATHS } from '../lambdas/contract.ts';
import { PROBLEMS } from '../lambdas/problems.ts';
import { problems } from './openapi-problems.ts';
import { OPEN_TAG } from './openapi-words.ts';

type Json = Record<string, unknown>;

/** As a route that is open, has no parameters and reads nothing. */
const OPEN_ROUTE = { scopes: null, needs: [], environment: false, rows: null } as const;

const text = (description: string) => ({ schema: { type: 'string', description } });

/** By path. */
export const documentPaths: Json = {
  [DOCUMENT_PATHS.openapi]: operations({
    operationId: 'openapi',
    summary: 'The OpenAPI document of the API.',
    description: 'The OpenAPI document, with the address of the stage that serves it. Needs no token.',
    parameters: [],
    content: {
      'application/json': { schema: { type: 'object', description: 'OpenAPI 3.1.' } },
    },
  }),
  [DOCUMENT_PATHS.problem]: operations({
    operationId: 'problem',
    summary: 'What a problem means, why it happens and what to do.',
    description: 'The page at the `type` of a problem: text, or HTML for a browser. Needs no token.',
    parameters: [
      {
        name: 'slug',
        in: 'path',
        required: true,
        description: 'The stable word of the problem; for another one there is no page (404).',
        schema: { type: 'string' },
        examples: { one: { value: Object.keys(PROBLEMS)[0] } },
      },
    ],
    content: { 'text/plain': text('Cause and remedy.'), 'text/html': text('The same as a page.') },
    absent: { 404: { description: 'No problem of this API has this name.', content: problemContent() } },
  }),
};

interface Shown {
  operationId: string;
  summary: string;
  description: string;
  parameters: Json[];
  content: Json;
  /** Statuses that only this one has. */
  absent?: Json;
}

/** GET, and HEAD with the same statuses and no body. */
function operations({ operationId, summary, description, parameters, content, absent = {} }: Shown): Json {
  const responses: Record<string, Json> = {
    200: { description: 'The document.', content },
    304: { description: 'Unchanged.' },
    ...(absent as Record<string, Json>),
    ...problems(OPEN_ROUTE),
  };
  const shared = { tags: [OPEN_TAG], security: [], parameters };
  const without = (status: string) => [status, { description: 'As with GET, without a body.' }];
  return {
    get: { operationId, summary, description, ...shared, responses },
    head: {
      operationId: `${operationId}_head`,
      summary: `${summary} Headers only.`,
      description: 'The headers of GET, without its body.',
      ...shared,
      responses: Object.fromEntries(Object.keys(responses).map(without)),
    },
  };
}

function problemContent(): Json {
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
}
