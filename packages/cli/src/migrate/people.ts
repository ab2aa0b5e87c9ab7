/** Who is to be moved: lines of an Authy id and, after a comma, the account it becomes. */
import { misused } from '../cli-error.js';

export interface Person {
  /** Authy's id. */
  user: string;
  /** The account's id here. @default Authy's */
  account: string;
}

const LINE = /^([1-9][0-9]{0,14})(?:\s*,\s*((?!\.{1,2}$)[A-Za-z0-9._@+-]{1,128}))?$/;

/**
 * A first line of words, as spreadsheets write one, is passed over; so are empty lines and `#`.
 * `name` is what an account may be called where they go.
 */
export function readPeople(text: string, name: RegExp = /./): Person[] {
  const people: Person[] = [];
  const [users, accounts] = [new Set<string>(), new Set<string>()];
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    const isHead = index === 0 && /^[A-Za-z_ ]+(,[A-Za-z_ ]+)?$/.test(line);
    if (line === '' || line.startsWith('#') || isHead) continue;
    const [, user, account = user] = LINE.exec(line) ?? [];
    const where = `--users: line ${index + 1}`;
    if (!user || !account)
      misused(`${where} is not an Authy id, or one and an account after a comma`);
    if (!name.test(account)) misused(`${where} has no name that can be one there`);
    if (users.has(user)) misused(`${where} has an Authy id that was there before`);
    if (accounts.has(account)) misused(`${where} has an account that was there before`);
    users.add(user);
    accounts.add(account);
    people.push({ user, account });
  }
  if (people.length === 0) misused('--users: nobody is in the file');
  return people;
}
