/** `node config/json-schema.ts` writes `schema.json`, with which editors complete and check configurations. */
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** JSON Schema (draft 2020-12) of a configuration as it is written; what it cannot say, synthesis checks. */
export function configJsonSchema(): object {
  return {
    ...z.toJSONSchema(configSchema, { io: 'input' }),
    title: 'Configuration of one stage of the MRT API',
  };
}

if (import.meta.main) {
  writeFileSync(new URL('schema.json', import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}
