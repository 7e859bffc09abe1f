import { afterEach, expect, test, vi } from 'vitest';
import { xrayTrace } from '../../lambdas/xray.ts';

const ROOT = '1-5759e988-bd862e3fe1be46a994272793';

afterEach(() => vi.unstubAllEnvs());

test.each([
  `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`,
  `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:0`,
])('a run that X-Ray records has its id: %s', (variable) => {
  vi.stubEnv('_X_AMZN_TRACE_ID', variable);
  expect(xrayTrace()).toEqual({ xray_trace_id: ROOT });
});

test.each([
  '',
  `Root=${ROOT}`,
  `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=0`,
  `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=10`,
  'Root=1-x-y;Parent=53995c3f42cd8ad8;Sampled=1',
])('a run that it does not record, or that nobody can read, has none: "%s"', (variable) => {
  vi.stubEnv('_X_AMZN_TRACE_ID', variable);
  expect(xrayTrace()).toEqual({});
});
