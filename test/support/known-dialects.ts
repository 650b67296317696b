import {rareNames} from '../../src/protocol/dialects/rare.ts';

/** Whether there is a dialect of that name. */
export function exists(dialect: string | undefined): boolean {
  return rareNames().includes(`${dialect}`);
}
