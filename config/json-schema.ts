/** `config/schema.json`, with which editors complete and check configurations; `npm run generate` writes it. */
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** JSON Schema (draft 2020-12) of a configuration as it is written; what it cannot say, synthesis checks. */
export function configJsonSchema(): object {
  return {
    ...z.toJSONSchema(configSchema, { io: 'input' }),
    title: 'Configuration of one stage of the MRT API',
  };
}
