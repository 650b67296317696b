import {characterEntities} from 'character-entities';

/** All 2,125 names of HTML 5 and what they stand for. Loaded when a document uses one of the rarer names. */
export const names: ReadonlyMap<string, string> = new Map(Object.entries(characterEntities));
