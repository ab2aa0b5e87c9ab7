/** Who may ask under /v1: the operator everything, a device what it needs for its own account. */
import type { Context, MiddlewareHandler } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Device } from './devices/device.js';
import type { Devices } from './devices/devices.js';
import type { Rates } from './devices/rates.js';
import { sha256Hex } from './digest.js';
import { problem } from './problem.js';

/** Set where a device asks; absent, it is the operator. */
export interface Asking {
  Variables: { device?: Device };
}

export function authorized({
  operatorKey,
  devices,
  rates,
}: {
  operatorKey: string;
  devices: Devices;
  rates: Rates;
}): MiddlewareHandler<Asking> {
  return async (c, next) => {
    const given = /^Bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
    if (await timingSafeEqual(given, operatorKey, sha256Hex)) return next();
    const device = await devices.known(given);
    if (!device) {
      c.header('WWW-Authenticate', 'Bearer');
      return problem(c, 'unauthorized');
    }
    const asked = rates.take(device.id);
    if (!asked.taken) {
      return problem(c, 'throttled', { ...asked, detail: 'the device asks too often' });
    }
    if (!isForDevices(c, device)) return problem(c, 'for-operators');
    c.set('device', device);
    return next();
  };
}

/** By the path as it was sent: what can't be read so is no device's to ask. */
function isForDevices(c: Context, { account }: Device): boolean {
  const [, , room, name = '', part] = c.req.path.split('/');
  const own = room === 'accounts' && decoded(name) === account;
  switch (`${c.req.method} ${room} ${part ?? ''}`) {
    case 'POST accounts verify':
    case 'GET accounts ':
    case 'GET accounts horizon':
      return own;
    case 'GET decisions ':
      return name !== '';
    case 'GET sync ':
    case 'POST evidence ':
      return name === '';
    default:
      return false;
  }
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
