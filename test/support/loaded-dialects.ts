import {rare} from '../../src/protocol/dialects/load-rare.ts';
import {later} from '../../src/transport/later.ts';

// What is loaded when it is needed takes time that no clock of a test knows; here all of it is there from the start.
const loaded = await rare.load();
rare.load = async () => loaded;
await Promise.all(loaded.rareDialects.map(loaded.load));
for (const name of Object.keys(later) as (keyof typeof later)[]) {
  const loaded = await later[name]();
  Object.assign(later, {[name]: async () => loaded});
}
