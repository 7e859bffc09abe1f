/** The template of a configuration, for tests that ask it questions. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../config/read.ts';
import type { ConfigInput } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import { routes } from '../../lambdas/routes.ts';
import { mrtApp } from '../../lib/mrt-app.ts';

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
  Principal?: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a template's properties have no types; tests say what they expect
export type Properties = Record<string, any>;

export interface Resource {
  Type: string;
  Properties: Properties;
  DeletionPolicy?: string;
  DependsOn?: string[];
}

export class Template {
  readonly resources: Record<string, Resource>;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.resources = JSON.parse(text).Resources;
  }

  /** Logical id and resource of each resource of a type. */
  ofType(type: string): [string, Resource][] {
    return Object.entries(this.resources).filter(([, resource]) => resource.Type === type);
  }

  /** The only resource of its type. */
  only(type: string): [string, Resource] {
    const [resource, ...others] = this.ofType(type);
    if (resource === undefined || others.length > 0) throw new Error(`not exactly one ${type}`);
    return resource;
  }

  /** The function of a route, with its logical id. */
  functionOf(route: string): [string, Resource] {
    const entry = this.ofType('AWS::Lambda::Function').find(([, { Properties }]) =>
      Properties['Description'].endsWith(`GET /${route}`),
    );
    if (entry === undefined) throw new Error(`no function of /${route}`);
    return entry;
  }

  /** The recorder, with its logical id. */
  recorder(): [string, Resource] {
    const entry = this.ofType('AWS::Lambda::Function').find(([, { Properties }]) =>
      Properties['Description'].includes('records the figures'),
    );
    if (entry === undefined) throw new Error('no recorder');
    return entry;
  }

  /** Everything that a role allows or denies: its own statements and those of its managed policies. */
  statementsOf(role: Resource): Statement[] {
    const own = (role.Properties['Policies'] ?? []).flatMap((policy: Properties) => policy['PolicyDocument'].Statement);
    const managed = (role.Properties['ManagedPolicyArns'] ?? []).flatMap(
      (reference: Properties) => this.resources[reference['Ref']]?.Properties['PolicyDocument'].Statement,
    );
    const attached = this.ofType('AWS::IAM::Policy')
      .filter(([, policy]) =>
        policy.Properties['Roles'].some((reference: Properties) => this.resources[reference['Ref']] === role),
      )
      .flatMap(([, policy]) => policy.Properties['PolicyDocument'].Statement);
    return [...own, ...managed, ...attached];
  }

  /** The role of the function of a route. */
  roleOf(route: string): Resource {
    const [, lambda] = this.functionOf(route);
    const role = this.resources[lambda.Properties['Role']['Fn::GetAtt'][0]];
    if (role === undefined) throw new Error(`no role of /${route}`);
    return role;
  }
}

/**
 * The routes of a stage: without a recorder those that only show the record are not there, nor Airflows' without one; runs
 * are started by the gateway alone.
 */
export function routesOf(template: Template): readonly Route[] {
  const records = template
    .ofType('AWS::Lambda::Function')
    .some(([, { Properties }]) => Properties['Description'].includes('records the figures'));
  const airflow =
    template.text.includes('"airflow:InvokeRestApi"') || template.text.includes('MRT functions to Airflow');
  const gateway = template.ofType('AWS::ApiGateway::RestApi').length > 0;
  const isThere = (scope: string) =>
    scope === 'mrt/airflow.trigger' ? gateway : airflow || !scope.startsWith('mrt/airflow.');
  return routes
    .filter(({ record }) => records || record?.needed !== true)
    .filter(({ needs }) => airflow || !needs.includes('airflow'))
    .map((route) => ({ ...route, scopes: route.scopes?.filter(isThere) ?? null }));
}

/** A configuration file of the project, to change before it is synthesised. */
export function configFile(name: 'example' | 'example-new' | 'example-options' | 'local' | 'banks'): ConfigInput {
  const config = JSON.parse(readFileSync(new URL(`../../config/${name}.json`, import.meta.url), 'utf8'));
  return name === 'local' ? inOneAccount(config) : config;
}

/** The local stage without its second account, which tests of its own look at; the bucket that is there stays. */
function inOneAccount({ agents: _, ...config }: ConfigInput): ConfigInput {
  const agent = JSON.parse(readFileSync(new URL('../../config/agent/local.json', import.meta.url), 'utf8'));
  const environments = Object.entries(config.environments).map(
    ([environment, { agent: of, offers: _offers, ...rest }]) => [
      environment,
      of === undefined ? rest : { ...rest, buckets: agent.environments[environment].buckets },
    ],
  );
  return { ...config, environments: Object.fromEntries(environments) };
}

/** Texts of the templates by stack, by configuration. The files of a worker ask for the same ones again and again. */
const synthesised = new Map<string, ReadonlyMap<string, string>>();

/** Synthesises with all checks, and gives one stack's; without bundles, which take time and say nothing about the template. */
export function templateOf(config: ConfigInput, stack = `mrt-${config.stage}`): Template {
  const key = JSON.stringify(config);
  const texts = synthesised.get(key) ?? synthesise(config);
  synthesised.set(key, texts);
  const text = texts.get(stack);
  if (text === undefined) throw new Error(`no stack ${stack}`);
  return new Template(text);
}

function synthesise(config: ConfigInput): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-template-'));
  try {
    const app = mrtApp(parseConfig(config), { outdir, context: { 'aws:cdk:bundling-stacks': [] } });
    const { stacks } = app.synth();
    return new Map(
      stacks.map(({ stackName, templateFullPath }) => [stackName, readFileSync(templateFullPath, 'utf8')]),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const list = <T>(oneOrMore: T | T[]): T[] => (Array.isArray(oneOrMore) ? oneOrMore : [oneOrMore]);
