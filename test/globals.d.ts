/** The address of the scripted server, without a slash at the end. Set on every page of the browser tests. */
declare var SCRIPTED_SERVER: string;
