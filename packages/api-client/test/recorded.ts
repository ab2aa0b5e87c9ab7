// One call of every method, what it must put on the wire, and an answer in the recorded shape.
import type { AuthyClient } from '../src/index.js';
import { TOKEN_IS_VALID } from './scripted-server.js';

export interface Recorded {
  method: string;
  call: (client: AuthyClient) => Promise<unknown>;
  /** Method and path, with its query. */
  line: string;
  body?: object;
  answer: object;
  outcome: unknown;
  /** Whether it only reads, and so is repeated. */
  repeated: boolean;
}

const user = '209';
const number = { phone: '3175550100', countryCode: 1 };
export const UUID = 'b8ebcd40-1234-5678-3fb5-0e5d6a065904';

export const RECORDED: Recorded[] = [
  {
    method: 'users.create',
    call: ({ users }) => users.create({ email: 'ann@example.com', ...number }),
    line: 'POST /protected/json/users/new',
    body: {
      user: { email: 'ann@example.com', cellphone: '3175550100', country_code: 1 },
      send_install_link_via_sms: false,
    },
    answer: { message: 'User created successfully.', user: { id: 209 }, success: true },
    outcome: { created: true, user },
    repeated: false,
  },
  {
    method: 'users.status',
    call: ({ users }) => users.status({ user, ip: '198.51.100.7' }),
    line: 'GET /protected/json/users/209/status?user_ip=198.51.100.7',
    answer: {
      status: {
        authy_id: 209,
        confirmed: true,
        registered: true,
        country_code: 1,
        phone_number: 'XXX-XXX-0100',
        devices: ['iphone'],
        has_hard_token: false,
        account_disabled: false,
        detailed_devices: [
          {
            device_type: 'authy',
            os_type: 'android',
            registration_device_id: null,
            registration_method: 'sms',
            device_id: 83372911,
            last_sync_date: 1490996999,
            creation_date: 1490996931,
          },
        ],
        deleted_devices: [],
      },
      message: 'User status.',
      success: true,
    },
    outcome: {
      known: true,
      confirmed: true,
      registered: true,
      suspended: false,
      countryCode: 1,
      phone: 'XXX-XXX-0100',
      devices: ['iphone'],
      hasHardToken: false,
      detailedDevices: [
        {
          deviceType: 'authy',
          osType: 'android',
          registrationMethod: 'sms',
          deviceId: '83372911',
          lastSyncDate: 1490996999000,
          creationDate: 1490996931000,
        },
      ],
      deletedDevices: [],
    },
    repeated: true,
  },
  {
    method: 'users.remove',
    call: ({ users }) => users.remove({ user, ip: '2001:db8::7' }),
    line: 'POST /protected/json/users/209/delete',
    body: { user_ip: '2001:db8::7' },
    answer: { message: 'User was added to remove.', success: true },
    outcome: { removed: false, reason: 'queued' },
    repeated: false,
  },
  {
    method: 'users.updateEmail',
    call: ({ users }) => users.updateEmail({ user, email: 'new@example.com' }),
    line: 'POST /protected/json/users/209/update',
    body: { email: 'new@example.com' },
    answer: { message: 'User was updated successfully', success: true },
    outcome: { updated: true },
    repeated: false,
  },
  {
    method: 'users.registerActivity',
    call: ({ users }) =>
      users.registerActivity({
        user,
        type: 'password-reset',
        data: { fromDesk: 'b', bySupport: true },
        ip: '198.51.100.7',
      }),
    line: 'POST /protected/json/users/209/register_activity',
    body: {
      type: 'password_reset',
      data: { fromDesk: 'b', bySupport: true },
      user_ip: '198.51.100.7',
    },
    answer: { message: 'Activity was created.', success: true },
    outcome: { registered: true },
    repeated: false,
  },
  {
    method: 'users.qrCode',
    call: ({ users }) => users.qrCode({ user, size: 300, label: 'ann@example.com' }),
    line: 'POST /protected/json/users/209/secret',
    body: { qr_size: 300, label: 'ann@example.com' },
    answer: { qr_code: 'https://qr.example/1.png', label: 'x', issuer: 'y', success: true },
    outcome: { made: true, url: 'https://qr.example/1.png', label: 'x', issuer: 'y' },
    repeated: false,
  },
  {
    method: 'users.exportSeed',
    call: ({ users }) => users.exportSeed({ user }),
    line: 'GET /protected/json/users/209/secret/export',
    answer: { secret: 'GEZDGNBVGY3TQOJQ', otp: '287082', success: true },
    outcome: { exported: true, secret: 'GEZDGNBVGY3TQOJQ', otp: '287082' },
    repeated: false,
  },
  {
    method: 'users.registrationStatus',
    call: ({ users }) => users.registrationStatus({ customUserId: 'ab&c=1/../é' }),
    line: 'GET /protected/json/registrations/status?custom_user_id=ab%26c%3D1%2F..%2F%C3%A9',
    answer: { message: 'Registration.', registration: { authy_id: 209 }, success: true },
    outcome: { known: true, registration: { registration: { authy_id: 209 } } },
    repeated: true,
  },
  {
    method: 'users.removeDevice',
    call: ({ users }) => users.removeDevice({ device: '83372911' }),
    line: 'DELETE /protected/json/sdk/devices/83372911',
    answer: { message: 'Device deleted.', success: true },
    outcome: { removed: true },
    repeated: false,
  },
  {
    method: 'tokens.verify',
    call: ({ tokens }) =>
      tokens.verify({ user, token: '7654321', action: 'pay now', force: false }),
    line: 'GET /protected/json/verify/7654321/209?force=false&action=pay+now',
    answer: { ...TOKEN_IS_VALID, device: { id: null, os_type: 'sms' } },
    outcome: { valid: true, device: { osType: 'sms' } },
    repeated: false,
  },
  {
    method: 'tokens.sms',
    call: ({ tokens }) =>
      tokens.sms({ user, force: true, action: 'pay', actionMessage: 'Pay 5?', locale: 'pt-BR' }),
    line: 'GET /protected/json/sms/209?force=true&action=pay&action_message=Pay+5%3F&locale=pt-BR',
    answer: { success: true, message: 'SMS token was sent', cellphone: '+57-XXX-XXX-XX12' },
    outcome: { sent: true, to: '+57-XXX-XXX-XX12' },
    repeated: false,
  },
  {
    method: 'tokens.call',
    call: ({ tokens }) => tokens.call({ user }),
    line: 'GET /protected/json/call/209?force=false',
    answer: {
      message: 'Call ignored. User is using  App Tokens and this call is not necessary.',
      cellphone: '+57-XXX-XXX-XX12',
      device: 'android',
      ignored: true,
      success: true,
    },
    outcome: { sent: false, reason: 'ignored' },
    repeated: false,
  },
  {
    method: 'tokens.email',
    call: ({ tokens }) => tokens.email({ user }),
    line: 'POST /protected/json/email/209',
    body: { force: false },
    answer: { success: true, message: 'Email token was sent', email: 'a…@e.com', email_id: 'EM1' },
    outcome: { sent: true, to: 'a…@e.com' },
    repeated: false,
  },
  {
    method: 'phones.start',
    call: ({ phones }) =>
      phones.start({
        ...number,
        via: 'call',
        locale: 'es',
        codeLength: 6,
        customCode: '123456',
        customMessage: 'Your code: {{code}}',
      }),
    line: 'POST /protected/json/phones/verification/start',
    body: {
      phone_number: '3175550100',
      country_code: 1,
      via: 'call',
      locale: 'es',
      code_length: 6,
      custom_code: '123456',
      custom_message: 'Your code: {{code}}',
    },
    answer: {
      carrier: 'AT&T Wireless',
      is_cellphone: true,
      message: 'Call to +1 317-555-0100 initiated',
      seconds_to_expire: 599,
      uuid: UUID,
      success: true,
    },
    outcome: {
      started: true,
      carrier: 'AT&T Wireless',
      isCellphone: true,
      secondsToExpire: 599,
      uuid: UUID,
    },
    repeated: false,
  },
  {
    method: 'phones.check',
    call: ({ phones }) => phones.check({ ...number, code: '0123' }),
    line: 'GET /protected/json/phones/verification/check?phone_number=3175550100&country_code=1&verification_code=0123',
    answer: { message: 'Verification code is correct.', success: true },
    outcome: { correct: true },
    repeated: false,
  },
  {
    method: 'phones.status',
    call: ({ phones }) => phones.status({ uuid: UUID }),
    line: `GET /protected/json/phones/verification/status?uuid=${UUID}`,
    answer: {
      message: 'Phone Verification status.',
      status: 'verified',
      seconds_to_expire: 474,
      success: true,
    },
    outcome: { known: true, status: 'verified', secondsToExpire: 474 },
    repeated: true,
  },
  {
    method: 'phones.info',
    call: ({ phones }) => phones.info({ ...number, ip: '198.51.100.7' }),
    line: 'GET /protected/json/phones/info?phone_number=3175550100&country_code=1&user_ip=198.51.100.7',
    answer: {
      message: 'Phone number information as of 2017-11-25 23:21:39 UTC',
      type: 'voip',
      provider: 'Pinger',
      ported: false,
      success: true,
    },
    outcome: { type: 'voip', provider: 'Pinger', ported: false },
    repeated: true,
  },
  {
    method: 'oneTouch.create',
    call: ({ oneTouch }) =>
      oneTouch.create({
        user,
        message: 'Log in?',
        details: { fromWhere: 'Bogotá', '7': 'seven' },
        hiddenDetails: { session_id: 'x' },
        logos: [{ res: 'low', url: 'https://logo.example/a.png' }],
        secondsToExpire: 0,
      }),
    line: 'POST /onetouch/json/users/209/approval_requests',
    body: {
      message: 'Log in?',
      details: { fromWhere: 'Bogotá', '7': 'seven' },
      hidden_details: { session_id: 'x' },
      logos: [{ res: 'low', url: 'https://logo.example/a.png' }],
      seconds_to_expire: 0,
    },
    answer: { approval_request: { uuid: UUID }, success: true },
    outcome: { created: true, request: UUID },
    repeated: false,
  },
  {
    method: 'oneTouch.status',
    call: ({ oneTouch }) => oneTouch.status({ request: UUID }),
    line: `GET /onetouch/json/approval_requests/${UUID}`,
    answer: {
      approval_request: {
        _app_name: 'App',
        _app_serial_id: 3,
        _authy_id: 209,
        _id: '58482c96',
        _user_email: 'ann@example.com',
        app_id: '51ca0a11',
        created_at: '2017-01-31T00:12:54Z',
        notified: false,
        processed_at: null,
        seconds_to_expire: 86400,
        status: 'pending',
        updated_at: '2017-01-31T00:12:55Z',
        user_id: '58482c97',
        uuid: UUID,
      },
      success: true,
    },
    outcome: {
      known: true,
      status: 'pending',
      user,
      notified: false,
      createdAt: 1485821574000,
      updatedAt: 1485821575000,
      secondsToExpire: 86400,
    },
    repeated: true,
  },
  {
    method: 'application.details',
    call: ({ application }) => application.details(),
    line: 'GET /protected/json/app/details',
    answer: {
      app: { name: 'App', plan: 'pay_as_you_go', sms_enabled: false, app_id: 3 },
      message: 'Application information.',
      success: true,
    },
    outcome: { name: 'App', plan: 'pay_as_you_go', smsEnabled: false, appId: '3' },
    repeated: true,
  },
  {
    method: 'application.stats',
    call: ({ application }) => application.stats({ ip: '198.51.100.7' }),
    line: 'GET /protected/json/app/stats?user_ip=198.51.100.7',
    answer: {
      app_id: 3,
      count: 1,
      message: 'Monthly statistics.',
      total_users: 9,
      success: true,
      stats: [
        {
          year: 2017,
          month: 'January',
          api_calls_count: 6,
          auths_count: 5,
          calls_count: 4,
          sms_count: 3,
          users_count: 2,
        },
      ],
    },
    outcome: {
      appId: '3',
      count: 1,
      totalUsers: 9,
      months: [
        {
          year: 2017,
          month: 'January',
          apiCallsCount: 6,
          authsCount: 5,
          callsCount: 4,
          smsCount: 3,
          usersCount: 2,
        },
      ],
    },
    repeated: true,
  },
];
