import {rareDialects} from '../../src/protocol/dialects/rare.ts';

/** The names of all dialects. All of them are loaded on demand in some case, including the two common ones. */
export const dialectNames: readonly string[] = [...new Set(rareDialects.map(({name}) => name))];

/** Whether there is a dialect of that name. */
export function exists(dialect: string | undefined): boolean {
  return dialectNames.includes(`${dialect}`);
}
