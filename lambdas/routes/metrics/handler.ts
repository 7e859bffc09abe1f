import { VARIABLES } from '../../contract.ts';
import { routeHandler } from '../../http/route-handler.ts';
import { recordReader } from '../../record/reader.ts';
import { requiredVariable } from '../../required-variable.ts';
import { metrics } from './metrics.ts';
import { route } from './route.ts';

const bucket = requiredVariable(process.env, VARIABLES.recordBucket);

export const handler = routeHandler(
  route,
  (request, upstreams: { record: ReturnType<typeof recordReader> }) => metrics(request, upstreams),
  (context, { region }) => ({ record: recordReader(bucket, region, context) }),
);
