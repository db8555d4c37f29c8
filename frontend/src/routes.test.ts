import { expect, it } from 'vitest';
import { match } from './routes';

it.each([
  ['/', 'home', {}],
  ['/join', 'join', {}],
  ['/s/abc', 'study', { study: 'abc' }],
  ['/s/abc/new', 'observe', { study: 'abc' }],
  ['/s/abc/o/def', 'observation', { study: 'abc', id: 'def' }],
  ['/s/abc/o/def/edit', 'edit', { study: 'abc', id: 'def' }],
  ['/s/abc/people/', 'people', { study: 'abc' }],
  ['/s/abc/o', 'lost', {}],
  ['/wp-admin', 'lost', {}],
])('knows %s', (path, name, params) => {
  expect(match(path)).toEqual({ name, path, params });
});
