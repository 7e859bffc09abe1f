/** Since when a constant has its value, and what changed: by the record, and never more than it knows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline } from '../../../../lambdas/context.ts';
import type { ConstantChanges } from '../../../../lambdas/record/changes.ts';
import { figureOf } from '../../../../lambdas/record/figure.ts';
import type { OpenRecord } from '../../../../lambdas/record/opened.ts';
import type { Parameters } from '../../../../lambdas/routes/micro_flow_constants/filter.ts';
import { constantsOverTime } from '../../../../lambdas/routes/micro_flow_constants/past.ts';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import { RecordUnavailableError, UpstreamFailedError } from '../../../../lambdas/upstream-errors.ts';
import { NOW, sampleRecord } from '../../record/sample-history.ts';
import { type Deployments, environment, override, startDeployments } from './deployments.ts';

const HERE = environment('prod', { archive: null, overrides: [override('config', 'json_map', 'prod.json')] });
const [FIRST, LATER, BEFORE] = ['2026-10-01T00:10:00Z', '2026-11-20T08:30:00Z', '2026-11-20T08:15:00Z'];

let deployments: Deployments;
/** Fingerprints of now, by name. */
let fingerprints: Map<string, string | null>;

beforeAll(async () => {
  deployments = await startDeployments();
  deployments.put('prod.json', JSON.stringify({ 'Mail.Host': 'mail', 'Mail.Port': 25, 'Shop.Rate': 3 }));
  const { body } = await deployments.ask(HERE);
  fingerprints = new Map((body.constants ?? []).map(({ name, fingerprint }) => [name, fingerprint]));
});
afterAll(() => deployments.stop());

async function ask(record: OpenRecord, parameters: Partial<Parameters>) {
  const answer = await constantsOverTime(
    {
      environment: HERE,
      parameters: parameters as Parameters,
      limit: 100,
      position: null,
      deadline: new Deadline(Date.now() + 5_000),
      version: 'test',
      clear: false,
      mayClear: false,
      other: null,
    },
    { ...deployments.upstreams(), record },
    NOW,
  );
  expect({ ...route.answer.parse(answer.body), complete: answer.body.complete }).toEqual(answer.body);
  return answer;
}

function changes(): ConstantChanges {
  const constant = (fingerprint: string | null, changed_at: string, changed_after: string | null) => ({
    fingerprint,
    changed_at,
    changed_after,
  });
  return {
    schema_version: 1,
    taken_at: LATER,
    constants: {
      'Mail.Host': constant(fingerprints.get('Mail.Host') ?? null, FIRST, null),
      'Mail.Port': constant(fingerprints.get('Mail.Port') ?? null, LATER, BEFORE),
      // Set anew since the newest recording.
      'Shop.Rate': constant('v1:another', FIRST, null),
    },
    changes: [
      {
        name: 'Old.Gone',
        change: 'removed',
        changed_at: '2026-08-01T00:00:00Z',
        changed_after: '2026-07-31T23:45:00Z',
      },
      {
        name: 'Mail.Gone',
        change: 'removed',
        changed_at: '2026-11-10T00:00:00Z',
        changed_after: '2026-11-09T23:45:00Z',
      },
      { name: 'Mail.Port', change: 'changed', changed_at: LATER, changed_after: BEFORE },
    ],
  };
}

function recorded(): OpenRecord {
  const counts = { default: 0, overridden: 0, missing: 0, obsolete: 3 };
  const figures = Object.entries(counts).map(([state, count]) => figureOf('constants', { state }, count));
  return sampleRecord({ days: { '2026-11-25': figures, '2026-11-26': figures }, changes: changes() });
}

describe('days', () => {
  test('say since when each constant has its value, and how many were in which state', async () => {
    const { body } = await ask(recorded(), { days: 30 });
    const times = (body.constants ?? []).map(({ name, changed_at, changed_after }) => [
      name,
      changed_at,
      changed_after,
    ]);
    expect(times).toEqual([
      ['Mail.Host', FIRST, null],
      ['Mail.Port', LATER, BEFORE],
      // What was recorded is not what is set now.
      ['Shop.Rate', null, null],
    ]);
    expect(body.history).toEqual([
      { date: '2026-11-25', default: 0, overridden: 0, missing: 0, obsolete: 3 },
      { date: '2026-11-26', default: 0, overridden: 0, missing: 0, obsolete: 3 },
    ]);
    expect(body.record).toMatchObject({ recorded_days: 2, reason: null });
  });

  test.each([
    ['recording-off', async () => null],
    ['not-recorded', sampleRecord({ days: {} })],
    ['newer-schema', sampleRecord(new RecordUnavailableError('newer-schema'))],
  ])('that are not there are null with the reason %s', async (reason, open) => {
    const { body } = await ask(open, { days: 30, changes: true });
    expect([body.history, body.changes, body.record?.reason, body.complete]).toEqual([null, null, reason, false]);
    const rows = (await ask(open, { days: 30 })).body.constants ?? [];
    expect(rows.map(({ changed_at }) => changed_at)).toEqual([null, null, null]);
  });

  test('across another key of the fingerprints are not known, and say so', async () => {
    const state = changes();
    const rekeyed = Object.entries(state.constants).map(([name, one]) => [name, { ...one, not_comparable: true }]);
    const record = sampleRecord({
      days: { '2026-11-26': [figureOf('constants', { state: 'default' }, 3)] },
      changes: { ...state, constants: Object.fromEntries(rekeyed), not_comparable_at: LATER },
    });
    const { body } = await ask(record, { days: 30 });
    expect(body.constants?.map(({ changed_at }) => changed_at)).toEqual([null, null, null]);
    expect([body.record?.reason, body.complete]).toEqual(['not-comparable', false]);
    expect((await ask(record, { days: 30, changes: true })).body.record?.reason).toBe('not-comparable');
    // Of days that began after it all is known.
    expect((await ask(record, { days: 2, changes: true })).body.record?.reason).toBeNull();
  });

  test('change the ETag when the record goes on, though no file has changed', async () => {
    const revision = async (open: OpenRecord) => (await ask(open, { days: 30 })).revision;
    expect(await revision(recorded())).toBe(await revision(recorded()));
    expect(await revision(recorded())).not.toBe(await revision(sampleRecord({ days: {}, changes: changes() })));
  });
});

describe('changes=true', () => {
  const names = async (parameters: Partial<Parameters>) =>
    (await ask(recorded(), { changes: true, ...parameters })).body.changes?.map(({ name }) => name);

  test('lists what changed in these days in place of the constants, newest first', async () => {
    const { body } = await ask(recorded(), { changes: true, days: 30 });
    expect(body.constants).toBeUndefined();
    expect(body.changes?.[0]).toEqual({
      name: 'Mail.Port',
      change: 'changed',
      changed_at: LATER,
      changed_after: BEFORE,
    });
    expect(await names({ days: 30 })).toEqual(['Mail.Port', 'Mail.Gone']);
    expect(await names({ days: 7 })).toEqual(['Mail.Port']);
    expect(await names({ days: 800 })).toEqual(['Mail.Port', 'Mail.Gone', 'Old.Gone']);
  });

  test('is narrowed by module and name, of constants that are gone too; a name that nothing had is a 404', async () => {
    expect(await names({ days: 30, name: 'Mail.Gone' })).toEqual(['Mail.Gone']);
    expect(await names({ days: 800, module: 'Old' })).toEqual(['Old.Gone']);
    expect(await names({ days: 30, name: 'Mail.Host' })).toEqual([]);
    await expect(names({ days: 30, name: 'Mail.Hots' })).rejects.toMatchObject({ name: 'UnknownNameError' });
  });

  test.each([
    [{ changes: true }, 'changes'],
    [{ changes: true, days: 3, summary: true }, 'summary'],
    [{ changes: true, days: 3, state: 'default' as const }, 'state'],
    [{ days: 3, compare: 'acc' }, 'days'],
  ])('%j is refused by the parameter that is in the way', async (parameters, parameter) => {
    await expect(ask(recorded(), parameters)).rejects.toMatchObject({ faults: [{ parameter }] });
  });
});

describe('without days, where the stage records', () => {
  test('rows say since when each constant has its value, and nothing else of the past is read', async () => {
    const record = await recorded()();
    const open: OpenRecord = async () => record && { ...record, history: () => Promise.reject(new Error('read')) };
    const { body } = await ask(open, {});
    expect(body.constants?.map(({ changed_at, changed_after }) => [changed_at, changed_after])).toEqual([
      [FIRST, null],
      [LATER, BEFORE],
      [null, null],
    ]);
    expect([body.complete, body.record]).toEqual([true, undefined]);
  });

  test('a record that cannot be read holds no constant back, and is said to be the reason', async () => {
    const { body, faults } = await ask(sampleRecord(new UpstreamFailedError('record', 'access-denied')), {});
    expect(body.constants?.map(({ changed_at }) => changed_at)).toEqual([null, null, null]);
    expect([body.complete, body.record?.reason]).toEqual([false, 'access-denied']);
    expect(faults).toContainEqual({ source: 'record', reason: 'access-denied' });
  });

  test('an environment that nobody has recorded yet has null, and is complete', async () => {
    const { body } = await ask(sampleRecord({ days: {} }), {});
    expect(body.constants?.map(({ changed_at }) => changed_at)).toEqual([null, null, null]);
    expect(body.complete).toBe(true);
  });

  test('totals read no record, and a stage that records nothing says nothing of it', async () => {
    const { body } = await ask(() => Promise.reject(new Error('read')), { summary: true });
    expect(body.summary).toBeDefined();
    expect((await ask(async () => null, {})).body.constants?.[0]).not.toHaveProperty('changed_at');
  });
});
