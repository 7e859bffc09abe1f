/** `config/schema.json` and `config/agent/schema.json`, with which editors complete and check configurations. */
import * as z from 'zod';
import { agentConfigSchema } from './agent/schema.ts';
import { configSchema } from './schema.ts';

/** JSON Schema (draft 2020-12) of a configuration as it is written; what it cannot say, synthesis checks. */
export function configJsonSchema(): object {
  return {
    ...z.toJSONSchema(configSchema, { io: 'input' }),
    title: 'Configuration of one stage of the MRT API',
  };
}

/** The same of an agent's configuration. */
export function agentConfigJsonSchema(): object {
  return {
    ...z.toJSONSchema(agentConfigSchema, { io: 'input' }),
    title: 'Configuration of an agent of the MRT API',
  };
}
