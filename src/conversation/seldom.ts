/** What few conversations need. In one chunk, because every page pays for the name of each chunk. */
export {rated, turned} from './branches.ts';
export {prepareContext} from './prepare-context.ts';
export {runRounds} from './tool-rounds.ts';
