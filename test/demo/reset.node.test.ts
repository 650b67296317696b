import assert from 'node:assert/strict';
import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {describe, it} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
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

const isClosed = (socket: Socket) =>
  Promise.race([once(socket, 'close').then(() => true), sleep(1000, false)]);

describe('a connection that is reset', () => {
  it('breaks, as the other side sees it', async () => {
    const {near, far, close} = await connected();
    const failed = once(far, 'error');
    const closed = isClosed(near);
    reset(near);
    assert.equal(((await failed)[0] as NodeJS.ErrnoException).code, 'ECONNRESET');
    assert.equal(await closed, true);
    close();
  });

  it('is let go of where the other side leaves at that moment', async () => {
    const {near, far, close} = await connected();
    near.on('error', () => {});
    const closed = isClosed(near);
    near.on('end', () => {
      near.end();
      reset(near);
    });
    far.end();
    assert.equal(await closed, true);
    close();
  });
});
