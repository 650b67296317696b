import {rare} from '../../src/protocol/dialects/load-rare.ts';
import {later} from '../../src/transport/later.ts';

// Loading on demand takes time that a test's clock does not know of; here everything is loaded from the start.
const loaded = await rare.load();
rare.load = async () => loaded;
await Promise.all(loaded.rareDialects.map(loaded.load));
for (const name of Object.keys(later) as (keyof typeof later)[]) {
  const loaded = await later[name]();
  Object.assign(later, {[name]: async () => loaded});
}
