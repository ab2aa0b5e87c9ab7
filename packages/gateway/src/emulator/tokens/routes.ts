/** Authy's calls about codes: verify one, or have one sent by SMS, call or email. */
import { type Call, type Door, refuse, withUser } from '../door.js';
import { brokenReply } from '../faults/broken.js';
import { numberOf, type User } from '../users/users.js';
import type { World } from '../world.js';
import { judge } from './judge.js';
import { judgeSent, sendCode } from './sent.js';
import { callIgnored, callStarted, emailSent, smsIgnored, smsSent, tokenIsValid } from './wire.js';

/** Of action and action_message, characters. */
const LONGEST = 255;

export function tokenRoutes(on: Door, world: World): void {
  on('GET', '/protected/json/verify/:token/:id', (c) => {
    const answer = verifyToken(c, world);
    return world.faults.losesReply() ? brokenReply('lost') : answer;
  });
  on('GET', '/protected/json/sms/:id', (c) => withReader(c, world, (user) => sms(c, world, user)));
  on('GET', '/protected/json/call/:id', (c) =>
    withReader(c, world, (user) => call(c, world, user)),
  );
  on('POST', '/protected/json/email/:id', (c) =>
    withReader(c, world, (user) => email(c, world, user)),
  );
}

/**
 * `force` changes nothing: without it Authy answers 200 to any code of a user who never finished
 * registration, and nothing that is tested against an emulator should lean on that.
 */
function verifyToken(c: Call, world: World): Response {
  const judgeFor = (user: User): Response => {
    if (user.suspended) return refuse(c, 'suspended');
    const code = c.req.param('token') ?? '';
    const at = world.at();
    const shown = judge(user, code, { at, tolerance: world.tolerance });
    const judgement =
      shown === 'wrong' ? judgeSent(user, code, { at, action: actionOf(c) }) : shown;
    if (judgement !== 'valid') {
      return refuse(c, judgement === 'used' ? 'token-used' : 'token-wrong');
    }
    world.statistics.count('auths', at);
    return c.json(tokenIsValid(shown === 'valid' ? user.device : 'sent'));
  };
  return withUser(c, world, judgeFor, 'no-such-user-to-verify');
}

/** Answers for a user who may have codes sent, where the parameters are of a length. */
function withReader(c: Call, world: World, answer: (user: User) => Response): Response {
  return withUser(c, world, (user) => {
    if (user.suspended) return refuse(c, 'suspended');
    const long = ['action', 'action_message'].filter(
      (name) => (c.get('params').get(name) ?? '').length > LONGEST,
    );
    const fields = Object.fromEntries(long.map((name) => [name, 'is too long']));
    return long.length > 0 ? refuse(c, 'bad-parameter', fields) : answer(user);
  });
}

function sms(c: Call, world: World, user: User): Response {
  if (!world.application.sms) return refuse(c, 'sms-off');
  if (user.cellphone === undefined) return refuse(c, 'bad-number');
  if (isIgnored(c, user)) return c.json(smsIgnored(user));
  send(c, world, user, { via: 'sms', to: numberOf(user) });
  world.statistics.count('sms', world.at());
  return c.json(smsSent(user));
}

function call(c: Call, world: World, user: User): Response {
  if (!world.application.calls) return refuse(c, 'calls-off');
  if (user.cellphone === undefined) return refuse(c, 'bad-number');
  if (isIgnored(c, user)) return c.json(callIgnored(user));
  send(c, world, user, { via: 'call', to: numberOf(user) });
  world.statistics.count('calls', world.at());
  return c.json(callStarted(user));
}

function email(c: Call, world: World, user: User): Response {
  if (user.email === undefined) return refuse(c, 'bad-user', { email: 'is invalid' });
  send(c, world, user, { via: 'email', to: user.email });
  return c.json(emailSent(user.email));
}

/** Who has the app reads codes there, unless the caller insists. */
function isIgnored(c: Call, { device }: User): boolean {
  return device !== undefined && c.get('params').get('force')?.toLowerCase() !== 'true';
}

function send(
  c: Call,
  world: World,
  user: User,
  where: { via: 'sms' | 'call' | 'email'; to: string },
): void {
  const words = c.get('params').get('action_message') || undefined;
  sendCode(world, user, { ...where, action: actionOf(c), words });
}

function actionOf(c: Call): string | undefined {
  return c.get('params').get('action') || undefined;
}
