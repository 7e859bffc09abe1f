import { expect, test } from 'vitest';
import { nearNames } from '../../lambdas/near-names.ts';

const ENTITIES = ['Sales.Order', 'Sales.OrderLine', 'Crm.Person', 'System.User', 'Sales.Invoice'];
const PARAMETERS = ['environment', 'limit', 'cursor', 'name', 'role', 'kind', 'active'];

test.each([
  ['sales.order', ['Sales.Order', 'Sales.OrderLine'], ENTITIES],
  ['sales$order', ['Sales.Order', 'Sales.OrderLine'], ENTITIES],
  ['Sales.Ordre', ['Sales.Order'], ENTITIES],
  ['order', ['Sales.Order', 'Sales.OrderLine'], ENTITIES],
  ['enviroment', ['environment'], PARAMETERS],
  ['limti', ['limit'], PARAMETERS],
  ['Cursor', ['cursor'], PARAMETERS],
  ['nam', ['name'], PARAMETERS],
])('%j may mean %j', (name, near, names) => {
  expect(nearNames(name, names)).toEqual(near);
});

test.each([
  ['Warehouse.Shelf', ENTITIES],
  ['colour', PARAMETERS],
  ['x', PARAMETERS],
  ['', PARAMETERS],
  ['***', PARAMETERS],
])('%j is near none', (name, names) => {
  expect(nearNames(name, names)).toEqual([]);
});

test('five at most are offered, the nearest first', () => {
  const names = ['order', 'orders', 'ordera', 'orderb', 'orderc', 'orderd', 'ordere'];
  expect(nearNames('order', names)).toEqual(['order', 'ordera', 'orderb', 'orderc', 'orderd']);
});

test('ten thousand names take no longer than an operator can tell', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `Module${n % 100}.EntityWithALongName${n}`);
  const begun = process.cpuUsage();
  nearNames('Module1.EntityWithALogName17'.padEnd(4_000, 'x'), names);
  nearNames('Module1.EntityWithALogName17', names);
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
