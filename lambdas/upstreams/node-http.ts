/**
 * What a bundle has in place of `node:http` (lib/functions/bundle.ts). Making the whole of it an ES module looks at each
 * of its exports, and three of them (`WebSocket` and its events) load all of Node's fetch: 25 ms of CPU at every cold
 * start, for what no function uses. Plain HTTP itself is for the local run only.
 */
export const { Agent, request } = process.getBuiltinModule('node:http');
