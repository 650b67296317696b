import {type Browser, chromium} from 'playwright-core';
import {enginePath, START_TIMEOUT} from '../../scripts/engines.ts';

/** Launches the Chromium that the test command found or installed, so that it runs for any user and without a network. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: enginePath('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    timeout: START_TIMEOUT,
  });
}
