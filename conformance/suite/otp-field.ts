/** browser: `<otp-field>` as a page has it, in a form and under a tool that looks for barriers. */
import { defineOtpField, normalizeCode, OtpField } from '@driftlock/browser/otp-field';
import { type Check, same } from './check.js';

export const OTP_FIELD: readonly Check[] = [
  {
    title: 'browser: a code is read in the digits of any script',
    run() {
      same('read', normalizeCode(' ٢٨٧\u200f-०८２ '), '287082');
      same('left', normalizeCode('28708o'), '28708o');
    },
  },
  {
    title: 'browser: where there are no elements, defining the field does nothing',
    only: 'no page',
    run: () => defineOtpField(),
  },
  {
    title: 'browser: the field shows what it sends, and tells of it without a digit',
    only: 'page',
    run: () =>
      inForm('<otp-field name="code">Code</otp-field>', ({ field, form }) => {
        const told: string[] = [];
        for (const type of ['input', 'change', 'complete']) {
          form.addEventListener(type, (event) => {
            const { data = '' } = event as InputEvent;
            told.push(`${type} ${event.target === field} ${data} ${'detail' in event}`);
          });
        }
        same('one input', fieldsOf(field).length, 1);
        paste(field, '٢٨٧ 08');
        same('shown', inputOf(field).value, '28708');
        paste(field, '2 8 7 - 0 8 2');
        same('sent', new FormData(form).get('code'), '287082');
        // One digit too many is not cut off: the code would be another.
        paste(field, '2870821');
        same('whole', [field.value, field.validity.valid], ['2870821', false]);
        paste(field, '28708o');
        same('not a code', [field.value, field.validity.valid], ['28708o', false]);
        inputOf(field).dispatchEvent(new Event('change'));
        const plain = ['input true  false', 'complete true  false', 'change true  false'];
        const [input, complete, change] = plain;
        same('told', told, [input, input, complete, input, input, change]);
      }),
  },
  {
    title: 'browser: the caret stays where it was when a code is made plain',
    only: 'page',
    run: () =>
      inForm('<otp-field name="code">Code</otp-field>', ({ field }) => {
        field.value = '12456';
        const input = inputOf(field);
        input.setRangeText('-٣', 2, 2, 'end');
        input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
        same('shown', [input.value, input.selectionStart, input.selectionEnd], ['123456', 3, 3]);
      }),
  },
  {
    title: 'browser: what is being composed is left alone until it is done',
    only: 'page',
    run: () =>
      inForm('<otp-field name="code">Code</otp-field>', ({ field }) => {
        const input = inputOf(field);
        input.value = '２８７０８２';
        input.dispatchEvent(new InputEvent('input', { isComposing: true }));
        same('while', [input.value, field.value], ['２８７０８２', '287082']);
        input.dispatchEvent(new CompositionEvent('compositionend'));
        same('then', input.value, '287082');
      }),
  },
  {
    title: 'browser: the field is a control of its form',
    only: 'page',
    run: () =>
      inForm(
        '<fieldset><otp-field name="code" required instruction="All six">Code</otp-field></fieldset>',
        ({ field, form }) => {
          same(
            'of the form',
            field.form === form && form.elements.namedItem('code') === field,
            true,
          );
          same('missing', [form.checkValidity(), field.validity.valueMissing], [false, true]);
          same('in words', field.validationMessage, 'All six');
          field.value = '28708';
          same('short', [field.checkValidity(), field.validity.patternMismatch], [false, true]);
          field.value = '287082';
          same('whole', [form.checkValidity(), field.validationMessage], [true, '']);
          field.setCustomValidity('Used before');
          same('refused', [form.checkValidity(), field.validationMessage], [false, 'Used before']);
          field.setCustomValidity('');
          form.querySelector('fieldset')?.toggleAttribute('disabled', true);
          same(
            'disabled',
            [inputOf(field).disabled, new FormData(form).has('code')],
            [true, false],
          );
          same('out of it', field.willValidate, false);
          form.querySelector('fieldset')?.toggleAttribute('disabled', false);
          form.reset();
          same('reset', [field.value, inputOf(field).value], ['', '']);
        },
      ),
  },
  {
    title:
      'browser: a browser may fill the code in, and one kept from an earlier visit is not shown',
    only: 'page',
    run: () =>
      inForm('<otp-field name="code">Code</otp-field>', ({ field }) => {
        field.formStateRestoreCallback('287082', 'restore');
        same('kept', field.value, '');
        field.formStateRestoreCallback('287082', 'autocomplete');
        same('filled in', field.value, '287082');
        const input = inputOf(field);
        const asked = ['autocomplete', 'inputmode', 'type'].map((name) => input.getAttribute(name));
        same('asked for', asked, ['one-time-code', 'numeric', 'text']);
      }),
  },
  {
    title: 'browser: attributes, properties and what was set before the definition agree',
    only: 'page',
    run: () =>
      inForm('<otp-field digits="8" result="Too late" invalid>Code</otp-field>', ({ field }) => {
        same('digits', [field.digits, inputOf(field).pattern], [8, '[0-9]{8}']);
        same('result', [field.result, field.invalid], ['Too late', true]);
        const input = inputOf(field);
        same('aria', input.getAttribute('aria-invalid'), 'true');
        field.result = '';
        field.invalid = false;
        field.digits = 9;
        same('changed', [field.outerHTML, field.digits], [CHANGED, 6]);
        const early = document.createElement('otp-field-early');
        Object.assign(early, { value: '２８７０８２', name: 'code', required: true });
        customElements.define('otp-field-early', class extends OtpField {});
        field.after(early);
        const { value, name, required } = early as OtpField;
        same('early', [value, name, required, early.getAttribute('name')], EARLY);
      }),
  },
  {
    title:
      'browser: axe finds nothing against the field in any state, and would find it unlabelled',
    only: 'page',
    run: async () => {
      await loadAxe();
      for (const scheme of ['light', 'dark']) {
        await inForm(STATES, async ({ form }) => {
          form.style.colorScheme = scheme;
          form.style.background = 'Canvas';
          form.style.color = 'CanvasText';
          // Of the colours of what is not there, nothing could be said.
          for (const each of form.querySelectorAll<OtpField>('otp-field')) each.value = '287082';
          same(`violations, ${scheme}`, await violations(form), []);
        });
      }
      await inForm(STATES, async ({ form, field }) => {
        field.shadowRoot?.querySelector('label')?.remove();
        same('control', (await violations(form)).includes('label'), true);
      });
    },
  },
];

const CHANGED = '<otp-field digits="9" result="">Code</otp-field>';
const EARLY = ['287082', 'code', true, 'code'];

const STATES = `
  <otp-field name="plain" required>Code<span slot="hint">Six digits</span></otp-field>
  <otp-field name="wrong" invalid result="This code was not accepted.">Code again</otp-field>
  <otp-field name="right" digits="7" result="Accepted.">Code of seven digits</otp-field>
  <otp-field name="off" disabled>Not now</otp-field>
  <otp-field name="unnamed" digits="8"></otp-field>
  <div dir="rtl" lang="ar"><otp-field name="rtl" invalid result="لم يُقبل">الرمز</otp-field></div>`;

interface Scene {
  form: HTMLFormElement;
  field: OtpField;
}

/** A form in the page, with the first field that is in it; nothing is left of it. */
async function inForm(markup: string, work: (scene: Scene) => Promise<void> | void): Promise<void> {
  defineOtpField();
  const form = document.createElement('form');
  form.innerHTML = markup;
  document.body.append(form);
  try {
    await work({ form, field: form.querySelector<OtpField>('otp-field')! });
  } finally {
    form.remove();
  }
}

const fieldsOf = ({ shadowRoot }: OtpField) => [...(shadowRoot?.querySelectorAll('input') ?? [])];
const inputOf = (field: OtpField): HTMLInputElement => fieldsOf(field)[0]!;

/** As an engine tells of text that came in at once. */
function paste(field: OtpField, text: string): void {
  const input = inputOf(field);
  input.value = text;
  const how = { inputType: 'insertFromPaste', data: text, bubbles: true, composed: true };
  input.dispatchEvent(new InputEvent('input', how));
}

interface Axe {
  run(on: Element): Promise<{ violations: { id: string }[] }>;
}

/** The rules that are broken, by axe's names. */
async function violations(on: Element): Promise<string[]> {
  const { axe } = globalThis as unknown as { axe: Axe };
  return (await axe.run(on)).violations.map(({ id }) => id);
}

async function loadAxe(): Promise<void> {
  const script = document.createElement('script');
  script.src = '/axe.js';
  const loaded = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = reject;
  });
  document.head.append(script);
  await loaded;
}
