import {characterEntities} from 'character-entities';

/** What each name of HTML 5 stands for, all 2,125 of them. Loads when a document has one that few documents have. */
export const names: ReadonlyMap<string, string> = new Map(Object.entries(characterEntities));
