/** What few conversations need. In one chunk: every page pays for the name of each. */
export {rated, turned} from './branches.ts';
export {prepareContext} from './prepare-context.ts';
export {runRounds} from './tool-rounds.ts';
