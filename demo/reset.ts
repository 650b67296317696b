import type {Socket} from 'node:net';

/**
 * Breaks a connection off, so that the other side sees a reset. A socket that is being closed already cannot be reset,
 * and Node would never let go of it: there the other side has left.
 */
export function reset(socket: Socket | null): void {
  if (socket?.writableEnded) socket.destroy();
  else socket?.resetAndDestroy();
}
