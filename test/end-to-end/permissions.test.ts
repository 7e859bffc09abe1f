/**
 * The roles and endpoint policies of the template are what lets a request through: take one permission out and the
 * local run answers with the failure that AWS would give. The table names every permission that a role has, so one
 * that nothing needs, or that nothing shows, fails here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectCleanLogs } from './clean-logs.ts';
import { type Json, type Reply, type RunningSystem, sharedSystem } from './running-system.ts';
import { allowedActions, roleOf, withdrawFromEndpoint, withdrawFromRole } from './withdrawn-permission.ts';

let system: RunningSystem;

beforeAll(async () => {
  system = await sharedSystem();
  // Some ask for the past.
  await system.record();
});
afterAll(() => system.end());

interface Loss {
  target: string;
  expected: (reply: Reply) => void;
}

const problem = (status: number, more: Json) => (reply: Reply) => {
  expect(reply.status).toBe(status);
  expect(reply.json).toMatchObject(more);
};
const keysUnavailable = problem(503, { title: 'Keys unavailable' });
const loginRefused = problem(503, { title: 'Database unavailable', reason: 'login-refused' });
/** A 200 that says that a part is missing. */
const partial = (reply: Reply) => {
  expect([reply.status, reply.json['complete']]).toEqual([200, false]);
};

const refused = problem(502, { title: 'Upstream failed', source: 'athena', reason: 'access-denied' });
/** Athena takes the query, and is refused what it takes. */
const notPermitted = problem(503, { title: 'Inventory unavailable', source: 'inventory', reason: 'not-permitted' });

const BOTH = '/bucket_size?environment=shop-prod&source=both';
const INVENTORY = '/bucket_size?environment=shop-prod&source=inventory';
const BY_REPORT = '/storage_audit?environment=shop-acc&source=inventory&list=foreign&limit=1';
const LOSSES: Record<string, Record<string, Loss>> = {
  environments: { 's3:GetObject': { target: '/environments', expected: keysUnavailable } },
  bucket_size: {
    's3:GetObject': { target: BOTH, expected: keysUnavailable },
    // The comparison lists versions, from which current objects follow; a listing of now has its own permission.
    's3:ListBucket': { target: '/bucket_size?environment=shop-prod&source=listing', expected: partial },
    's3:ListBucketVersions': { target: BOTH, expected: partial },
    's3:ListBucketMultipartUploads': { target: BOTH, expected: partial },
    's3:ListMultipartUploadParts': { target: BOTH, expected: partial },
    'cloudwatch:GetMetricData': { target: BOTH, expected: partial },
    'cloudwatch:ListMetrics': { target: BOTH, expected: partial },
    'athena:StartQueryExecution': { target: INVENTORY, expected: partial },
    'athena:GetQueryExecution': { target: INVENTORY, expected: partial },
    'athena:GetQueryResults': { target: INVENTORY, expected: partial },
    'glue:GetDatabase': { target: INVENTORY, expected: partial },
    'glue:GetTable': { target: INVENTORY, expected: partial },
    's3:GetBucketLocation': { target: INVENTORY, expected: partial },
    's3:PutObject': { target: INVENTORY, expected: partial },
    's3:AbortMultipartUpload': { target: INVENTORY, expected: partial },
  },
  table_size: {
    's3:GetObject': { target: '/table_size?environment=shop-prod', expected: keysUnavailable },
    'rds-db:connect': { target: '/table_size?environment=shop-prod', expected: loginRefused },
    'cloudwatch:GetMetricData': { target: '/table_size?environment=shop-prod', expected: partial },
    's3:ListBucket': { target: '/table_size?environment=shop-prod&days=1', expected: partial },
  },
  users: {
    's3:GetObject': { target: '/users?environment=shop-prod', expected: keysUnavailable },
    'rds-db:connect': { target: '/users?environment=shop-prod', expected: loginRefused },
    's3:ListBucket': { target: '/users?environment=shop-prod&summary=true&days=1', expected: partial },
  },
  micro_flow_constants: {
    's3:GetObject': { target: '/micro_flow_constants?environment=shop-prod', expected: keysUnavailable },
    's3:ListBucket': {
      target: '/micro_flow_constants?environment=shop-prod',
      expected: (reply) => expect(reply.status === 502 || reply.json['complete'] === false).toBe(true),
    },
    'rds-db:connect': { target: '/micro_flow_constants?environment=shop-prod', expected: partial },
  },
  storage_audit: {
    's3:GetObject': { target: '/storage_audit?environment=shop-prod', expected: keysUnavailable },
    's3:ListBucket': { target: '/storage_audit?environment=shop-prod', expected: partial },
    'rds-db:connect': { target: '/storage_audit?environment=shop-prod', expected: partial },
    'athena:StartQueryExecution': { target: BY_REPORT, expected: refused },
    'athena:GetQueryExecution': { target: BY_REPORT, expected: refused },
    'glue:GetDatabase': { target: BY_REPORT, expected: notPermitted },
    'glue:GetTable': { target: BY_REPORT, expected: notPermitted },
    's3:GetBucketLocation': { target: BY_REPORT, expected: notPermitted },
    's3:PutObject': { target: BY_REPORT, expected: notPermitted },
    's3:AbortMultipartUpload': { target: BY_REPORT, expected: notPermitted },
    's3:ListBucketMultipartUploads': { target: BY_REPORT, expected: notPermitted },
    's3:ListMultipartUploadParts': { target: BY_REPORT, expected: notPermitted },
  },
};

/**
 * Lambda's own needs, which no request shows: writing the log, and the network interface. A query that is not stopped is no
 * fault of an answer: that one is stopped, and not without this permission, `test/attack/inventory-faults.test.ts` shows.
 */
const isTheServices = (action: string) =>
  action.startsWith('logs:') || action.startsWith('ec2:') || action === 'athena:StopQueryExecution';

test.each(Object.keys(LOSSES))('%s has no permission that this table does not show', (route) => {
  const granted = allowedActions(roleOf(system, route).policies).filter((action) => !isTheServices(action));
  expect(new Set(granted)).toEqual(new Set(Object.keys(LOSSES[route] ?? {})));
});

test.each(['health', 'documents'])('%s has no permission at all', (name) => {
  expect(allowedActions(roleOf(system, name).policies).filter((action) => !isTheServices(action))).toEqual([]);
});

describe.each(Object.entries(LOSSES))('%s', (route, losses) => {
  test.each(Object.entries(losses))('without %s in its role', async (action, { target, expected }) => {
    await refusedWithout(target, expected, () => withdrawFromRole(system, route, action));
  });
});

describe('an endpoint policy', () => {
  const s3 = [
    's3:GetObject',
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:ListBucketMultipartUploads',
    's3:ListMultipartUploadParts',
  ];
  const monitoring = ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'];
  const athena = ['athena:StartQueryExecution', 'athena:GetQueryExecution', 'athena:GetQueryResults'];

  test('allows what the functions call, and nothing else', () => {
    const allowed = (service: string) =>
      new Set(allowedActions(system.deployment.vpcEndpoints.find((one) => one.service === service)?.policies ?? []));
    expect([allowed('s3'), allowed('monitoring')]).toEqual([new Set([...s3, 's3:PutObject']), new Set(monitoring)]);
    expect(allowed('athena')).toEqual(new Set([...athena, 'athena:StopQueryExecution']));
  });

  test.each([...s3, ...monitoring, ...athena])('without %s', async (action) => {
    const loss = LOSSES['bucket_size']?.[action];
    if (loss === undefined) throw new Error(`no case for ${action}`);
    const service = action.startsWith('s3:') ? 's3' : action.startsWith('athena:') ? 'athena' : 'monitoring';
    await refusedWithout(loss.target, loss.expected, () => withdrawFromEndpoint(system, service, action));
  });
});

describe('the recorder', () => {
  test.each([
    ['in its role', () => withdrawFromRole(system, 'recorder', 's3:PutObject')],
    ['in the endpoint’s policy', () => withdrawFromEndpoint(system, 's3', 's3:PutObject')],
  ])('without s3:PutObject %s writes nothing, and says so', async (_, withdraw) => {
    const restore = withdraw();
    try {
      await expect(system.record()).rejects.toThrow();
    } finally {
      restore();
    }
    await system.record();
  });
});

test('nothing of all this has left a token, a person, SQL or an address of AWS in the logs', () => {
  expectCleanLogs(system);
});

/** Targets that have been answered whole, and have lost nothing since. */
const shownWhole = new Set<string>();

/** No function is warm, and no answer of Athena kept. */
function fromNothing(): void {
  system.functions.restart();
  system.athena?.executions.forget();
}

/** Whole before, refused while `withdraw` holds, whole again after; each time from a cold start. */
async function refusedWithout(target: string, expected: Loss['expected'], withdraw: () => () => void): Promise<void> {
  const whole = async () => {
    fromNothing();
    const reply = await system.ask(target);
    expect([reply.status, reply.json['complete']], target).toEqual([200, true]);
    shownWhole.add(target);
  };
  if (!shownWhole.has(target)) await whole();
  shownWhole.delete(target);
  const restore = withdraw();
  try {
    fromNothing();
    expected(await system.ask(target));
  } finally {
    restore();
  }
  await whole();
}
