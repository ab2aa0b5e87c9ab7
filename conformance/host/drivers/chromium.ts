/** Chromium as a driver: one page of it. */
import { startChromium } from './devtools.js';
import { chord, type Driver, FOCUSED, KEYS } from './driver.js';

const MODIFIERS: Readonly<Record<string, number>> = { Control: 2, Shift: 8 };
/** What Control does with a letter is the window's affair, and here there is none. */
const EDITING: Readonly<Record<string, string>> = { a: 'selectAll', c: 'copy', v: 'paste' };

export async function driveChromium(folder: string): Promise<Driver> {
  const { send, end } = startChromium(folder);
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const page = (method: string, parameters?: object) => send(method, parameters, sessionId);

  const evaluate = async (body: string, returnByValue: boolean) => {
    const expression = `(async () => {${body}})()`;
    const parameters = { expression, awaitPromise: true, returnByValue };
    const { result, exceptionDetails } = await page('Runtime.evaluate', parameters);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result;
  };

  return {
    async open(url) {
      await page('Page.navigate', { url });
      // What was asked of the page before is lost with it.
      while ((await evaluate(SHOWN, true).catch(() => undefined))?.value !== url) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    run: async (body) => (await evaluate(body, true)).value,
    async press(...keys) {
      for (const each of keys) {
        const { modifier = '', key } = chord(each);
        const modifiers = MODIFIERS[modifier] ?? 0;
        const { code: windowsVirtualKeyCode = 0, text } = KEYS[key] ?? { text: key };
        const command = modifier === 'Control' ? EDITING[key] : undefined;
        const typed = command ? { commands: [command] } : text ? { text } : {};
        const stroke = { key, windowsVirtualKeyCode, modifiers };
        const type = typed.text ? 'keyDown' : 'rawKeyDown';
        await page('Input.dispatchKeyEvent', { type, ...stroke, ...typed });
        await page('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke });
      }
    },
    async focused() {
      const { objectId } = await evaluate(FOCUSED, false);
      const { nodes } = await page('Accessibility.getPartialAXTree', {
        objectId,
        fetchRelatives: false,
      });
      const [{ role, name }] = nodes;
      return { role: role.value, name: name.value };
    },
    async screenshot() {
      return Buffer.from((await page('Page.captureScreenshot')).data, 'base64');
    },
    end,
  };
}

const SHOWN = `return document.readyState === 'complete' && location.href`;
