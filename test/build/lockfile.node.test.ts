import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {complete, type Lockfile, missingPackages} from '../../scripts/lockfile.ts';
import {root} from './support/package.ts';

const text = readFileSync(join(root, 'package-lock.json'), 'utf8');

describe('the lockfile', () => {
  it('names no registry', () => {
    assert.doesNotMatch(text, /"resolved"/);
  });

  it('has the packages of every platform, so that npm ci takes it (npm run lockfile adds them)', () => {
    assert.deepEqual(missingPackages(JSON.parse(text) as Lockfile), []);
  });

  it('is completed with what a name says of its platform', () => {
    const packages: Lockfile['packages'] = {
      'node_modules/tool': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: {'@tool/linux-x64-musl': '1.0.0', '@tool/win32-ia32-msvc': '1.0.0'},
      },
      'node_modules/@tool/win32-ia32-msvc': {version: '1.0.0'},
    };
    const lockfile: Lockfile = {packages};
    complete(lockfile);
    assert.deepEqual(lockfile.packages['node_modules/@tool/linux-x64-musl'], {
      version: '1.0.0',
      dev: true,
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
    });
    assert.deepEqual(lockfile.packages['node_modules/@tool/win32-ia32-msvc'], {version: '1.0.0'});
  });
});
