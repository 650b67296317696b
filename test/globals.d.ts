/** The address of the scripted server, without a slash at the end. Set on every page of the browser tests. */
declare var SCRIPTED_SERVER: string;
/** What of the environment browser tests heed; on every page of theirs, and nowhere else. */
declare var TEST_ENV: {readonly SEED?: string; readonly DOCUMENTS?: string} | undefined;
