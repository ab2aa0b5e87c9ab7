/** French, addressed as vous. */
import type { Catalogue } from './catalogue.js';

export const fr: Catalogue = {
  locale: 'fr',
  direction: 'ltr',
  gap: ' ',
  list: 'conjunction',
  perhaps: ' probablement',
  about: ' d’environ {duration}',
  over: 'plus de {percent}',
  person: {
    malformed:
      'Un code ne comporte que des chiffres. Saisissez tous ceux que votre application affiche, et rien d’autre.',
    ok: 'Ce code est correct. S’il n’a pas été accepté, attendez le suivant et saisissez-le.',
    again: 'Ce code n’a pas été accepté. Attendez le suivant et saisissez-le.',
    slow: 'L’horloge de votre téléphone retarde{about}.',
    fast: 'L’horloge de votre téléphone avance{about}.',
    automatic: 'Activez la date et l’heure automatiques, puis saisissez le code suivant.',
    ours: 'Notre horloge n’est pas à l’heure. Vous n’avez rien à modifier. Veuillez réessayer plus tard.',
    parameters:
      'Votre application ne génère pas les codes comme ce compte l’attend. Configurez de nouveau le compte dans l’application.',
    unstable:
      'Les codes de ce compte ne concordent pas entre eux. Configurez de nouveau le compte dans l’application.',
  },
  looks: {
    summer: 'Elle semble avoir été réglée à la main pour le changement d’heure.',
    zone: 'Elle semble avoir été réglée à la main sur un autre fuseau horaire.',
  },
  operator: {
    malformed:
      'Ceci n’est pas un code\u00a0: il contient d’autres caractères, ou trop ou trop peu de chiffres.',
    ok: 'C’est{perhaps} le bon code.',
    replayed: 'Ce code a{perhaps} déjà été utilisé.',
    stale: 'C’est{perhaps} un ancien code, saisi trop tard.',
    future: 'C’est{perhaps} un code noté à l’avance.',
    'device-slow': 'L’horloge du téléphone retarde{perhaps}{about}.',
    'device-fast': 'L’horloge du téléphone avance{perhaps}{about}.',
    'verifier-clock': 'L’horloge de cette machine n’est{perhaps} pas à l’heure.',
    'clock-stepped': 'L’horloge de cette machine a{perhaps} été ramenée en arrière.',
    'wrong-parameters':
      'Ce code est{perhaps} correct avec un autre algorithme, un autre nombre de chiffres ou une autre période.',
    unstable: 'Les codes de cette clé viennent{perhaps} d’horloges qui ne concordent pas.',
    'no-match': 'Ce n’est{perhaps} pas un code de cette clé.',
  },
  offset: {
    slow: 'Par rapport à cette machine, le téléphone a {range} de retard.',
    fast: 'Par rapport à cette machine, le téléphone a {range} d’avance.',
    both: 'Par rapport à cette machine, le téléphone a au plus {slow} de retard ou {fast} d’avance.',
  },
  evidence: {
    zero: 'Probabilité\u00a0: {percent}.',
    one: 'Probabilité\u00a0: {percent}, d’après {n} code.',
    other: 'Probabilité\u00a0: {percent}, d’après {n} codes.',
  },
  next: {
    askNextCode: 'Étape suivante\u00a0: demandez le code suivant.',
    fixPhone:
      'Étape suivante\u00a0: faites activer la date et l’heure automatiques sur le téléphone.',
    fixOurs: 'Étape suivante\u00a0: remettez à l’heure l’horloge de cette machine.',
    retry: 'Étape suivante\u00a0: faites saisir le code de nouveau.',
    reEnroll: 'Étape suivante\u00a0: enregistrez de nouveau le téléphone.',
  },
};
