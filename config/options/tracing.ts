/** Traces of the functions' runs in AWS X-Ray. Left out: the log lines alone tell how long what took. */
import * as z from 'zod';

export const tracing = z
  .enum(['xray'])
  .describe('Left out: no function is traced. "xray": Lambda records of each function what X-Ray samples.');
