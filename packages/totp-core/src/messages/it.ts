/** Italian, addressed as Lei. */
import type { Catalogue } from './catalogue.js';

export const it: Catalogue = {
  locale: 'it',
  direction: 'ltr',
  gap: ' ',
  list: 'conjunction',
  perhaps: 'probabilmente ',
  about: ' di circa {duration}',
  over: 'oltre il {percent}',
  person: {
    malformed:
      'Un codice è composto solo da cifre. Inserisca tutte quelle mostrate dalla Sua app e nient’altro.',
    ok: 'Questo codice è corretto. Se non è stato accettato, attenda il successivo e inserisca quello.',
    again: 'Questo codice non è stato accettato. Attenda il successivo e inserisca quello.',
    slow: 'L’orologio del Suo telefono è indietro{about}.',
    fast: 'L’orologio del Suo telefono è avanti{about}.',
    automatic: 'Imposti data e ora su automatico, poi inserisca il codice successivo.',
    ours: 'Il nostro orologio non è esatto. Non deve modificare nulla; riprovi più tardi.',
    parameters:
      'La Sua app non genera i codici come previsto per questo account. Configuri di nuovo l’account nell’app.',
    unstable:
      'I codici di questo account non concordano tra loro. Configuri di nuovo l’account nell’app.',
  },
  looks: {
    summer: 'Sembra che sia stato regolato a mano per l’ora legale.',
    zone: 'Sembra che sia stato regolato a mano su un altro fuso orario.',
  },
  operator: {
    malformed: 'Questo non è un codice: contiene altri caratteri, o troppe o troppo poche cifre.',
    ok: 'Questo è {perhaps}il codice corretto.',
    replayed: 'Questo codice è {perhaps}già stato usato.',
    stale: 'Questo è {perhaps}un vecchio codice, inserito troppo tardi.',
    future: 'Questo è {perhaps}un codice annotato in anticipo.',
    'device-slow': 'L’orologio del telefono è {perhaps}indietro{about}.',
    'device-fast': 'L’orologio del telefono è {perhaps}avanti{about}.',
    'verifier-clock': 'L’orologio di questa macchina {perhaps}non è esatto.',
    'clock-stepped': 'L’orologio di questa macchina è {perhaps}stato portato indietro.',
    'wrong-parameters':
      'Questo codice è {perhaps}corretto con un altro algoritmo, numero di cifre o periodo.',
    unstable: 'I codici di questa chiave vengono {perhaps}da orologi che non concordano.',
    'no-match': 'Questo {perhaps}non è un codice di questa chiave.',
  },
  offset: {
    slow: 'Rispetto a questa macchina, il telefono è indietro di {range}.',
    fast: 'Rispetto a questa macchina, il telefono è avanti di {range}.',
    both: 'Rispetto a questa macchina, il telefono è indietro al massimo di {slow} o avanti al massimo di {fast}.',
  },
  evidence: {
    zero: 'Probabilità: {percent}.',
    one: 'Probabilità: {percent}, in base a {n} codice.',
    other: 'Probabilità: {percent}, in base a {n} codici.',
  },
  next: {
    askNextCode: 'Prossimo passo: chieda il codice successivo.',
    fixPhone: 'Prossimo passo: faccia impostare data e ora del telefono su automatico.',
    fixOurs: 'Prossimo passo: regoli l’orologio di questa macchina.',
    retry: 'Prossimo passo: faccia inserire di nuovo il codice.',
    reEnroll: 'Prossimo passo: registri di nuovo il telefono.',
  },
};
