/** A gateway, or its data, as the place where seeds go: an account for each person. */
import type { Destination } from '../enrolment/destination.js';
import type { Place } from './migration.js';

export function placeAt(destination: Destination): Place {
  return {
    name: destination.place,
    async bring(account) {
      const enrolled = await destination.enrol(account);
      switch (enrolled.outcome) {
        case 'made':
          return { account: account.id, outcome: 'moved' };
        case 'given':
          return { account: enrolled.id, outcome: 'moved' };
        case 'had':
          return { account: enrolled.id, outcome: 'there' };
        case 'exists':
          return { account: account.id, outcome: 'taken' };
        default:
          return { account: account.id, outcome: 'refused' };
      }
    },
    close: () => destination.close(),
  };
}
