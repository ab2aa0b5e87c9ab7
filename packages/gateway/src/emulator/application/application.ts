/** The application behind the key: its name, and what its owner can switch. */
import * as v from 'valibot';
import { randomHexId } from '../random.js';

export interface Application extends Settings {
  /** What phones show as the issuer. */
  name: string;
  /** Authy's number for it. */
  serial: number;
  /** Authy's other name for it. */
  id: string;
}

export interface Settings {
  sms: boolean;
  calls: boolean;
  /** Deletions are done a minute later, and until then refuse all else. */
  queueDeletions: boolean;
  /** Seeds of generic tokens may be read with the application's key. */
  seedExport: boolean;
  /** Where approvals are told; undefined where nobody wants to be. */
  callback?: { url: string; method: 'GET' | 'POST' } | undefined;
}

const flag = (usual: boolean) => v.optional(v.boolean(), usual);
/** Without a query, which is no part of what is signed. */
const webUrl = v.pipe(v.string(), v.url(), v.regex(/^https?:[^?#]+$/i), v.maxLength(2000));

/** The body of PUT /emulator/application; what it leaves out is as at the start. */
export const SettingsBody: v.GenericSchema<unknown, Settings> = v.strictObject({
  sms: flag(true),
  calls: flag(true),
  queueDeletions: flag(false),
  seedExport: flag(false),
  callback: v.optional(
    v.strictObject({ url: webUrl, method: v.optional(v.picklist(['GET', 'POST']), 'POST') }),
  ),
});

export function createApplication(name: string): Application {
  return { name, serial: 1, id: randomHexId(), ...v.parse(SettingsBody, {}) };
}
