import {describe, it} from 'node:test';
import {memoryStore} from '../../src/store/memory-store.ts';
import {storeContract} from './store-contract.ts';

describe('memoryStore', () => {
  for (const {title, test} of storeContract) it(title, () => test(memoryStore()));
});
