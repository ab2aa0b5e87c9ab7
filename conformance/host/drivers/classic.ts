/** Firefox by Marionette and WebKitGTK by WebDriver: the same commands, on two ways in. */
import { chord, type Driver, FOCUSED, KEYS } from './driver.js';

/** What Marionette calls a command, and where WebDriver has it below a session. */
interface Command {
  marionette: string;
  method: 'GET' | 'POST';
  path: string;
}

export type Send = (command: Command, parameters?: object) => Promise<unknown>;

const post = (marionette: string, path: string): Command => ({ marionette, method: 'POST', path });
const get = (marionette: string, path: string): Command => ({ marionette, method: 'GET', path });

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export function classicDriver(send: Send, end: () => Promise<void>): Driver {
  const execute = (script: string) =>
    send(post('WebDriver:ExecuteScript', 'execute/sync'), { script, args: [] });

  return {
    async open(url) {
      await send(post('WebDriver:Navigate', 'url'), { url });
    },
    async run<T>(body: string) {
      const script = `const done = arguments[arguments.length - 1];
        (async () => {${body}})().then(
          (value) => done({ value }), (error) => done({ error: String(error) }));`;
      const command = post('WebDriver:ExecuteAsyncScript', 'execute/async');
      const { value, error } = (await send(command, { script, args: [] })) as {
        value: T;
        error?: string;
      };
      if (error !== undefined) throw new Error(error);
      return value;
    },
    async press(...keys) {
      const actions = keys.flatMap(strokes);
      const source = { type: 'key', id: 'keyboard', actions };
      await send(post('WebDriver:PerformActions', 'actions'), { actions: [source] });
    },
    async focused() {
      const element = (await execute(FOCUSED)) as Record<string, string>;
      const id = element[ELEMENT];
      const of = (what: string) => `element/${id}/computed${what}`;
      return {
        role: String(await send(get('WebDriver:GetComputedRole', of('role')), { id })),
        name: String(await send(get('WebDriver:GetComputedLabel', of('label')), { id })),
      };
    },
    async screenshot() {
      const command = get('WebDriver:TakeScreenshot', 'screenshot');
      return Buffer.from(String(await send(command, { full: false })), 'base64');
    },
    end,
  };
}

function strokes(keys: string): object[] {
  const { modifier, key } = chord(keys);
  const value = (name: string) => KEYS[name]?.classic ?? name;
  const stroke = [
    { type: 'keyDown', value: value(key) },
    { type: 'keyUp', value: value(key) },
  ];
  if (!modifier) return stroke;
  const held = { value: value(modifier) };
  return [{ type: 'keyDown', ...held }, ...stroke, { type: 'keyUp', ...held }];
}
