/** What a run may be told; `npm start` tells little, tests tell more. */
import type { Template } from '@mrt/local-aws/cloudformation/template.ts';
import type { TokenOptions } from '@mrt/local-aws/cognito/issued-token.ts';
import type { RunEvents } from './run/events.ts';
import type { TaskListener } from './run/tasks.ts';

/** How this run differs from `npm start`. Tests lower the scale and change the template. */
export interface SystemOptions {
  /** Of the API; 0 is a free one. */
  port?: number;
  /** Holds data, logs and `endpoints.json`; default `.local`. */
  directory?: string;
  /** Path of the stage's configuration; default `config/local.json`. */
  config?: string;
  /** Where `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_CLOUDWATCH`, `MRT_DATABASE_URL` and `MRT_SAMPLES` are looked for; default: nowhere. */
  environment?: NodeJS.ProcessEnv;
  /** Share of the sample databases' rows, default 1; 0: no PostgreSQL at all, for tests that ask no database. */
  sampleScale?: number;
  /** Puts something else behind a database than `url`: a dead or a slow one. */
  behind?: (database: string, url: string) => string;
  /** Hears of what befalls the system while it runs; default: nobody does. */
  events?: RunEvents;
  /** Hears of each part of the start. */
  progress?: TaskListener;
  /** Whether environments of other accounts are behind agents there; default: they are in the stage's own account. */
  otherAccounts?: boolean;
  /** Changes the template before it is read: a permission taken away, a limit lowered. */
  changeTemplate?: (template: Template) => void;
}

/** As the pool issues tokens, with the client by its name in the configuration; default: the sample client. */
export type ClientTokenOptions = Omit<TokenOptions, 'clientId'> & { client?: string };
