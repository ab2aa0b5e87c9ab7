/** Authy's calls about the SDK: what a device's registration came to, and the end of a device. */
import { type Door, refuse } from '../door.js';
import type { World } from '../world.js';
import { registrationStatus } from './wire.js';

/** No source records what these two answer, so their bodies are made up in the style of the rest. */
export function deviceRoutes(on: Door, world: World): void {
  on('GET', '/protected/json/registrations/status', (c) => {
    const customId = c.get('params').get('custom_user_id') ?? '';
    if (customId === '') return refuse(c, 'bad-parameter', { custom_user_id: 'is invalid' });
    const user = [...world.users.all()].find((one) => one.customId === customId);
    return user ? c.json(registrationStatus(user)) : refuse(c, 'no-registration');
  });
  on('DELETE', '/protected/json/sdk/devices/:device', (c) => {
    const id = c.req.param('device');
    const user = [...world.users.all()].find(({ device }) => String(device?.id) === id);
    if (!user?.device) return refuse(c, 'no-such-device');
    user.deletedDevices.push(user.device);
    user.device = undefined;
    return c.json({ message: 'Device was deleted.', success: true });
  });
}
