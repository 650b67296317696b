import {rare, rareDialect} from '../../src/protocol/dialects/load-rare.ts';

// What is loaded when it is needed takes time that no clock of a test knows; here all of it is there from the start.
const loaded = await rare.load();
rare.load = async () => loaded;
await Promise.all(loaded.rareNames().map(rareDialect));
