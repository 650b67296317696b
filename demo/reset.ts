import type {Socket} from 'node:net';

/**
 * Breaks off a connection so that the other side sees a reset. A socket that is already closing cannot be reset, and
 * Node would never release it. The other side has left by then, so it is just destroyed.
 */
export function reset(socket: Socket | null): void {
  if (socket?.writableEnded) socket.destroy();
  else socket?.resetAndDestroy();
}
