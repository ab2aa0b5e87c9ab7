// `<otp-field>` under real keys, and as each engine tells assistive technology of it.
import { expect, test } from 'vitest';
import { type Driven, drive } from '../dist/host/drivers/drive.js';
import type { Driver } from '../dist/host/drivers/driver.js';
import { servePlace } from '../dist/host/place.js';
import { runtimeNamed } from '../dist/host/runtimes.js';

const FIELD = "document.forms.plain.elements.namedItem('code')";

/** The example's first field: what it holds, what it says, and whether it will do. */
const state = (page: Driver) =>
  page.run(`const field = ${FIELD};
    return { value: field.value, result: field.result, valid: field.validity.valid };`);

const NO = 'This code was not accepted. Wait for the next one and type that.';

test.for<Driven>(['chromium', 'firefox', 'webkit'])(
  'in %s the field is reached, named and filled by keys alone',
  async (name, { skip }) => {
    if (runtimeNamed(name).version() === undefined) {
      if (process.env.CI === 'true') throw new Error(`${name} can't be had on this machine`);
      return skip(`${name} is not on this machine: nobody pressed its keys`);
    }
    const place = await servePlace('');
    try {
      await drive(name, (page) => walk(page, `${place.origin}/browser/examples/otp-field.html`));
    } finally {
      place.close();
    }
  },
);

async function walk(page: Driver, url: string): Promise<void> {
  await page.open(url);
  await page.run("await customElements.whenDefined('otp-field')");

  await page.press('Tab');
  const named = { role: 'textbox', name: 'Code from your app' };
  expect(await page.focused()).toStrictEqual(named);

  // Nothing is sent that is not whole, and what is no digit stays in view.
  await page.press('2', '8', 'x', 'Enter');
  expect(await state(page)).toStrictEqual({ value: '28x', result: '', valid: false });
  expect(await page.focused()).toStrictEqual(named);

  // In the middle, in the digits of other scripts, with what stands between.
  await page.press('Backspace', 'Home', '１', 'ArrowLeft', '-', '٠', ' ');
  expect(await state(page)).toStrictEqual({ value: '0128', result: '', valid: false });

  // Whole: it is sent by itself, refused, and selected for the next one.
  await page.press('९', '9');
  expect(await state(page)).toStrictEqual({ value: '099128', result: NO, valid: true });
  await page.press('2', '8', '7', '0', '8', '2');
  const yes = { value: '287082', result: 'Accepted.', valid: true };
  expect(await state(page)).toStrictEqual(yes);

  // Copied and pasted into the next, with the keys that do so everywhere.
  await page.press('Control+a', 'Control+c', 'Tab', 'Tab');
  expect(await page.focused()).toStrictEqual({ role: 'textbox', name: 'الرمز من تطبيقك' });
  await page.press('Control+v');
  const next = await page.run("return document.forms.rtl.elements.namedItem('code').result");
  expect(next).toBe('تم القبول.');

  // Enter sends as in any form, also where there is no button; what is disabled is not reached.
  await page.press('Tab', 'Tab', '1', '2', 'Enter');
  expect(await page.focused()).toMatchObject({ name: 'Eight digits, in the page’s own colours' });
  await page.press('3', '4', '5', '6', '7', 'Enter', '8');
  const themed = await page.run("return document.forms.themed.elements.namedItem('code').result");
  expect(themed).toBe('This code was not accepted.');
  await page.press('Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab');
  expect(await page.focused()).toStrictEqual(named);
}
