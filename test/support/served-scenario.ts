import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {assertExplained} from './explained.ts';
import type {Ledger, Scenario} from './scenario.ts';

/** A scenario on the scripted server that runs beside the test pages. */
export interface RemoteScenario {
  readonly endpoint: string;
  /**
   * What the server was asked so far.
   * @param options What the page allows, if not the default.
   * @throws {Error} for a request that the policy does not explain.
   */
  ledger(options?: Partial<StreamCompletionOptions>): Promise<Ledger>;
}

/** The scripted server's URL, for a test page. */
export function scriptedServerUrl(): string {
  if (!globalThis.SCRIPTED_SERVER) throw new Error('The runner did not say where the scripted server is.');
  return globalThis.SCRIPTED_SERVER;
}

/** Has the scripted server serve a scenario, from a page. */
export async function serveRemotely(
  scenario: Scenario,
  server = scriptedServerUrl(),
): Promise<RemoteScenario> {
  const response = await fetch(`${server}/scenario`, {method: 'POST', body: JSON.stringify(scenario)});
  const {id, endpoint} = await response.json();
  return {
    endpoint,
    async ledger(options) {
      const ledger: Ledger = await (await fetch(`${server}/ledger/${id}`)).json();
      assertExplained(scenario, ledger, options);
      return ledger;
    },
  };
}
