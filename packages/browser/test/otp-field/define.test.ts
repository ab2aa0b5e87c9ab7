// On a server the field can be imported and defined, and nothing comes of it; browsers try the rest.
import { expect, test } from 'vitest';

test('where there are no elements, importing and defining the field does nothing', async () => {
  expect(globalThis.HTMLElement).toBeUndefined();
  const { defineOtpField, OtpField } = await import('../../src/otp-field/index.js');
  defineOtpField();
  await import('../../src/otp-field/define.js');
  expect(OtpField.formAssociated).toBe(true);
});
