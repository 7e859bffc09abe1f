/**
 * `npm run generate` writes every file that follows from the code: the OpenAPI document and the API page from the route
 * table, the client’s types from the same, the published schema from the configuration's, permissions, acts of services and costs from the synthesised
 * templates.
 * A test holds that they are current, so this is what to run after a route, a field or a right has changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { agentConfigJsonSchema, configJsonSchema } from '../config/json-schema.ts';
import { routes } from '../lambdas/routes.ts';
import { type Resource as ActingResource, actsIn } from './acting-services.ts';
import { actsTable } from './acts-table.ts';
import { type ApiDocument, apiPage } from './api-page.ts';
import { type CliDocument, cliPages, cliRoutes } from './cli-routes.ts';
import { type ClientDocument, clientRoutes, clientTypes } from './client-types.ts';
import { costTables, type PricedResource } from './costs.ts';
import { exampleResources } from './example-template.ts';
import { withSection } from './generated-section.ts';
import { openApi } from './openapi.ts';
import { capturedExamples } from './openapi-examples.ts';
import { type OptionResource, optionCosts } from './option-costs.ts';
import { permissionTable, type Resource } from './permission-table.ts';
import { recordCosts } from './record-costs.ts';

/** A file with the text that it should have, but for white space where the formatter has the last word. */
export interface GeneratedFile {
  /** Below the project. */
  path: string;
  text: string;
}

/** The files as they should be now. Takes some seconds: the worked example is synthesised for its permissions. */
export function generatedFiles(): GeneratedFile[] {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const document = openApi(routes, version, capturedExamples());
  const resources = exampleResources<Resource & PricedResource & ActingResource>();
  const options = exampleResources<ActingResource & OptionResource>('example-options');
  const acts = [...actsIn(resources), ...actsIn(exampleResources<ActingResource>('example-new')), ...actsIn(options)];
  const optionsPage = withSection(read('docs/options.md'), 'option-costs', optionCosts(options));
  const security = withSection(read('docs/security.md'), 'permissions', permissionTable(resources));
  return [
    { path: 'docs/openapi.json', text: json(document) },
    { path: 'docs/api.md', text: apiPage(document as unknown as ApiDocument) },
    {
      path: 'packages/client/generated/types.ts',
      text: clientTypes(document as unknown as ClientDocument, routes),
    },
    { path: 'packages/client/generated/routes.ts', text: clientRoutes(routes) },
    { path: 'packages/cli/routes.json', text: json(cliRoutes(routes, document as unknown as CliDocument)) },
    { path: 'packages/cli/mcp/pages.json', text: json(cliPages(routes, apiPage(document as unknown as ApiDocument))) },
    { path: 'config/schema.json', text: json(configJsonSchema()) },
    { path: 'config/agent/schema.json', text: json(agentConfigJsonSchema()) },
    { path: 'docs/security.md', text: withSection(security, 'acts', actsTable(acts)) },
    { path: 'docs/options.md', text: withSection(optionsPage, 'record-costs', recordCosts()) },
    { path: 'docs/deploy.md', text: withSection(read('docs/deploy.md'), 'costs', costTables(resources)) },
  ];
}

/** The text of a file of the project. */
export function read(path: string): string {
  return readFileSync(absolute(path), 'utf8');
}

const absolute = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

if (import.meta.main) {
  for (const { path, text } of generatedFiles()) {
    writeFileSync(absolute(path), text);
    process.stdout.write(`${path}\n`);
  }
}
