import type { DeployedMethod } from '@mrt/local-aws/cloudformation/deployed-rest-apis.ts';
import { MethodTree } from '@mrt/local-aws/rest-api/method-tree.ts';
import { describe, expect, test } from 'vitest';
import { methodOf } from './api.ts';

const method = (name: string, path: string): DeployedMethod => methodOf({ method: name, path });
const tree = new MethodTree([
  method('GET', '/files/{folder}/{proxy+}'),
  method('POST', '/files/{folder}/{proxy+}'),
  method('GET', '/files/{folder}'),
  method('GET', '/v1.0/state'),
]);
const chosen = (name: string, path: string) => {
  const choice = tree.choose(name, path);
  return choice === null ? null : [choice.deployed.path, choice.pathParameters];
};

// API Gateway guide, "Set up a proxy integration with a proxy resource": a greedy variable takes what is below its parent.
describe('a request is for the method whose path has its words', () => {
  test('with the rest of the path in the greedy variable, as many segments as there are', () => {
    expect(chosen('GET', '/files/a/b')).toEqual(['/files/{folder}/{proxy+}', { folder: 'a', proxy: 'b' }]);
    expect(chosen('POST', '/files/a/b/c//d/')).toEqual(['/files/{folder}/{proxy+}', { folder: 'a', proxy: 'b/c//d/' }]);
  });

  test('and a plain variable takes one segment, which is not empty', () => {
    expect(chosen('GET', '/files/a')).toEqual(['/files/{folder}', { folder: 'a' }]);
    expect(chosen('GET', '/files/')).toBeNull();
    expect(chosen('GET', '/files')).toBeNull();
  });

  test('with its variables decoded once; what is no encoding is left as it is', () => {
    expect(chosen('GET', '/files/a%2Fb')).toEqual(['/files/{folder}', { folder: 'a/b' }]);
    expect(chosen('GET', '/files/%252e')).toEqual(['/files/{folder}', { folder: '%2e' }]);
    expect(chosen('GET', '/files/%ff')).toEqual(['/files/{folder}', { folder: '%ff' }]);
  });

  test('and a dot in the path is a dot', () => {
    expect(chosen('GET', '/v1.0/state')).toEqual(['/v1.0/state', {}]);
    expect(chosen('GET', '/v1x0/state')).toBeNull();
  });

  test('by the same method: another, or another case of it, is none', () => {
    for (const name of ['PUT', 'DELETE', 'HEAD', 'OPTIONS', 'get', '']) expect(chosen(name, '/files/a/b')).toBeNull();
    expect(chosen('POST', '/files/a')).toBeNull();
  });

  test('and words in another case, or before and after it, are another path', () => {
    for (const path of ['/FILES/a', '/x/files/a', 'files/a', '/v1.0/state/', '/v1.0/state/x']) {
      expect(chosen('GET', path)).toBeNull();
    }
  });
});
