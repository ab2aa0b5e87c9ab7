/** What Authy answers about users and their devices, byte for byte. */
import type { Device, User } from './users.js';

type Body = Record<string, unknown>;

export function userCreated(user: User): Body {
  return { message: 'User created successfully.', user: { id: user.id }, success: true };
}

export function userRemoved({ queued }: { queued: boolean }): Body {
  const message = queued ? 'User was added to remove.' : 'User removed from application';
  return { message, success: true };
}

export function userStatus(user: User): Body {
  const devices = user.device ? [user.device] : [];
  return {
    status: {
      authy_id: user.id,
      confirmed: user.confirmed,
      registered: devices.length > 0,
      country_code: Number(user.countryCode),
      phone_number: `XXX-XXX-${user.cellphone?.slice(-4) ?? 'XXXX'}`,
      devices: devices.map(() => 'android'),
      has_hard_token: false,
      account_disabled: user.suspended,
      ...(user.email !== undefined && { email: user.email }),
      detailed_devices: devices.map(detailed),
      deleted_devices: user.deletedDevices.map(detailed),
    },
    message: 'User status.',
    success: true,
  };
}

function detailed({ id, since }: Device): Body {
  return {
    device_type: 'authy',
    os_type: 'android',
    registration_device_id: null,
    registration_method: null,
    device_id: id,
    last_sync_date: null,
    creation_date: Math.floor(since / 1000),
  };
}

/** No source records this body: it is in the style of the rest. */
export function registrationStatus(user: User): Body {
  return {
    registration: {
      custom_user_id: user.customId,
      authy_id: user.id,
      status: user.device ? 'completed' : 'pending',
    },
    message: 'Registration status.',
    success: true,
  };
}
