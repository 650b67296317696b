import assert from 'node:assert/strict';
import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {describe, it} from 'node:test';
import {reset} from '../../demo/reset.ts';

/** A connection, with the two ends of it. */
async function connected(): Promise<{near: Socket; far: Socket; close(): void}> {
  const server = createServer({allowHalfOpen: true}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  far.resume();
  near.resume();
  return {near, far, close: () => server.close()};
}

describe('a connection that is reset', {timeout: 60_000}, () => {
  it('breaks, as the other side sees it', async () => {
    const {near, far, close} = await connected();
    const failed = once(far, 'error');
    const closed = once(near, 'close');
    reset(near);
    assert.equal(((await failed)[0] as NodeJS.ErrnoException).code, 'ECONNRESET');
    await closed;
    close();
  });

  it('is let go of where the other side leaves at that moment', async () => {
    const {near, far, close} = await connected();
    near.on('error', () => {});
    const closed = once(near, 'close');
    near.on('end', () => {
      near.end();
      reset(near);
    });
    far.end();
    await closed;
    close();
  });
});
