/** Any app with files, and which class a plain comparison of two sets puts each object and each document in. */
import { type KeyLayout, keyOf } from '../../../../lambdas/mendix/files/key-layout.ts';
import fc from '../../../properties.ts';
import type { Document, FileObject, FilesApp, Queued } from './files-app.ts';

/** Few UUIDs, so that both sides often have the same; and what the column would take but no app has. */
export const uuids = Array.from(
  { length: 40 },
  (_, i) =>
    `${((i * 7) % 16).toString(16)}${(i % 16).toString(16)}c0ffee-0000-4000-8000-${String(i).padStart(12, '0')}`,
);
const anyUuid = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...uuids) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '7',
      '80',
      'ABCDEF00-0000-4000-8000-000000000001',
      'Zoë',
      'a/b',
      '0cc0ffee-0000-4000-8000',
    ),
  },
);
const anyLayout: fc.Arbitrary<KeyLayout> = fc.record({
  prefix: fc.constantFrom('', 'acc-', 'shop/', 'größe-'),
  shape: fc.constantFrom('flat' as const, 'tree' as const),
  suffix: fc.constantFrom('', '.bin'),
});
const anyDocument: fc.Arbitrary<Document> = fc.record({
  uuid: fc.option(anyUuid, { freq: 10 }),
  size: fc.constantFrom(-1, 0, 5, 5, 5, 100),
  has_contents: fc.constantFrom(true, true, true, false),
  entity: fc.constantFrom('Sales.Invoice', 'System.Thumbnail', 'System.FileDocument'),
});
const anyQueued: fc.Arbitrary<Queued> = fc.record({
  uuid: anyUuid,
  state: fc.constantFrom('New', 'Obsolete', 'Deleted', 'Odd'),
});
/** A file of the layout, or any other key. */
const anyObject = fc.record({
  name: fc.oneof(
    { weight: 6, arbitrary: anyUuid },
    fc.constantFrom('export.csv', '~', '!first', 'ffffffff', '00/11/x'),
  ),
  size: fc.constantFrom(5, 5, 100, 7),
  hours: fc.constantFrom(1, 23, 25, 1000),
});

export interface World {
  layout: KeyLayout;
  documents: Document[];
  queued: Queued[];
  objects: FileObject[];
}

export const anyWorld: fc.Arbitrary<World> = fc
  .record({
    layout: anyLayout,
    documents: fc.array(anyDocument, { maxLength: 40 }),
    queued: fc.array(anyQueued, { maxLength: 8 }),
    objects: fc.uniqueArray(anyObject, { maxLength: 40, selector: ({ name }) => name }),
  })
  .map(({ layout, documents, queued, objects }) => ({
    layout,
    documents: documents.filter(
      ({ uuid }, i) => uuid === null || documents.findIndex((other) => other.uuid === uuid) === i,
    ),
    queued: queued.filter(({ uuid }, i) => queued.findIndex((other) => other.uuid === uuid) === i),
    // S3 has no empty keys.
    objects: objects
      .map(({ name, size, hours }) => ({ key: keyOf(name, layout), size, hours }))
      .filter(({ key }) => key !== ''),
  }));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Two sets compared, without a thought for speed. */
export function plainly({ layout, documents, queued, objects }: World): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = (name: string) => (counts[name] = (counts[name] ?? 0) + 1);
  for (const { key, size, hours } of objects) {
    const document = documents.find(({ uuid }) => uuid && keyOf(uuid, layout) === key);
    const entry = queued.find(({ uuid }) => uuid !== '' && keyOf(uuid, layout) === key);
    const uuid = key.slice(layout.prefix.length + (layout.shape === 'tree' ? 6 : 0), key.length - layout.suffix.length);
    const mismatch = document?.has_contents === true && document.size > 0 && document.size !== size;
    if (document !== undefined) add(mismatch ? 'size_mismatch' : 'referenced');
    else if (entry !== undefined) add('pending_deletion');
    else if (!UUID.test(uuid) || keyOf(uuid, layout) !== key) add('foreign');
    else add(hours > 24 ? 'orphaned' : 'too_young');
  }
  const there = new Set(objects.map(({ key }) => key));
  for (const { uuid, has_contents } of documents) {
    if (uuid !== null && uuid !== '' && has_contents && !there.has(keyOf(uuid, layout))) add('missing');
  }
  return counts;
}

/** The answer's classes in the same form. */
export function classesOf({ body }: Awaited<ReturnType<FilesApp['ask']>>): Record<string, number> {
  const { reconciliation } = body;
  const counts: Record<string, number> = {};
  for (const name of ['referenced', 'pending_deletion', 'orphaned', 'too_young', 'foreign', 'size_mismatch'] as const) {
    const count = reconciliation?.[name]?.object_count ?? Number.NaN;
    if (count !== 0) counts[name] = count;
  }
  const missing = reconciliation?.missing?.file_count ?? Number.NaN;
  if (missing !== 0) counts['missing'] = missing;
  return counts;
}
