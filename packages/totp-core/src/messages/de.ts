/** German, addressed as Sie. */
import type { Catalogue } from './catalogue.js';

export const de: Catalogue = {
  locale: 'de',
  direction: 'ltr',
  gap: ' ',
  list: 'conjunction',
  perhaps: 'wahrscheinlich ',
  about: 'etwa {duration} ',
  over: 'über {percent}',
  person: {
    malformed:
      'Ein Code besteht nur aus Ziffern. Geben Sie alle Ziffern ein, die Ihre App anzeigt, und sonst nichts.',
    ok: 'Dieser Code ist richtig. Falls er nicht angenommen wurde, warten Sie auf den nächsten und geben Sie diesen ein.',
    again:
      'Dieser Code wurde nicht angenommen. Warten Sie auf den nächsten und geben Sie diesen ein.',
    slow: 'Die Uhr Ihres Telefons geht {about}nach.',
    fast: 'Die Uhr Ihres Telefons geht {about}vor.',
    automatic:
      'Stellen Sie Datum und Uhrzeit auf automatisch und geben Sie dann den nächsten Code ein.',
    ours: 'Unsere Uhr geht falsch. Sie müssen nichts ändern; bitte versuchen Sie es später noch einmal.',
    parameters:
      'Ihre App erzeugt die Codes anders, als dieses Konto es erwartet. Richten Sie das Konto in der App neu ein.',
    unstable:
      'Die Codes dieses Kontos passen nicht zusammen. Richten Sie das Konto in der App neu ein.',
  },
  looks: {
    summer: 'Offenbar wurde sie wegen der Zeitumstellung von Hand verstellt.',
    zone: 'Offenbar wurde sie von Hand auf eine andere Zeitzone gestellt.',
  },
  operator: {
    malformed: 'Das ist kein Code: Er enthält andere Zeichen oder zu wenige oder zu viele Ziffern.',
    ok: 'Das ist {perhaps}der richtige Code.',
    replayed: 'Dieser Code wurde {perhaps}schon benutzt.',
    stale: 'Das ist {perhaps}ein alter Code, der zu spät eingegeben wurde.',
    future: 'Das ist {perhaps}ein Code, der im Voraus notiert wurde.',
    'device-slow': 'Die Uhr des Telefons geht {perhaps}{about}nach.',
    'device-fast': 'Die Uhr des Telefons geht {perhaps}{about}vor.',
    'verifier-clock': 'Die Uhr dieses Rechners geht {perhaps}falsch.',
    'clock-stepped': 'Die Uhr dieses Rechners wurde {perhaps}zurückgestellt.',
    'wrong-parameters':
      'Dieser Code ist {perhaps}mit anderem Algorithmus, anderer Stellenzahl oder anderer Periode richtig.',
    unstable: 'Die Codes dieses Schlüssels stammen {perhaps}von Uhren, die voneinander abweichen.',
    'no-match': 'Das ist {perhaps}kein Code dieses Schlüssels.',
  },
  offset: {
    slow: 'Gegenüber diesem Rechner geht das Telefon {range} nach.',
    fast: 'Gegenüber diesem Rechner geht das Telefon {range} vor.',
    both: 'Gegenüber diesem Rechner geht das Telefon höchstens {slow} nach oder höchstens {fast} vor.',
  },
  evidence: {
    zero: 'Wahrscheinlichkeit: {percent}.',
    one: 'Wahrscheinlichkeit: {percent}, gestützt auf {n} Code.',
    other: 'Wahrscheinlichkeit: {percent}, gestützt auf {n} Codes.',
  },
  next: {
    askNextCode: 'Nächster Schritt: nach dem nächsten Code fragen.',
    fixPhone: 'Nächster Schritt: Datum und Uhrzeit des Telefons auf automatisch stellen lassen.',
    fixOurs: 'Nächster Schritt: die Uhr dieses Rechners richtig stellen.',
    retry: 'Nächster Schritt: den Code noch einmal eingeben lassen.',
    reEnroll: 'Nächster Schritt: das Telefon neu registrieren.',
  },
};
