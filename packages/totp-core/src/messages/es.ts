/** Spanish, addressed as usted. */
import type { Catalogue } from './catalogue.js';

export const es: Catalogue = {
  locale: 'es',
  direction: 'ltr',
  gap: ' ',
  list: 'conjunction',
  perhaps: 'probablemente ',
  about: ' alrededor de {duration}',
  over: 'más del {percent}',
  person: {
    malformed:
      'Un código se compone solo de dígitos. Escriba todos los que muestra su aplicación y nada más.',
    ok: 'Este código es correcto. Si no se aceptó, espere al siguiente y escríbalo.',
    again: 'Este código no se aceptó. Espere al siguiente y escríbalo.',
    slow: 'El reloj de su teléfono está atrasado{about}.',
    fast: 'El reloj de su teléfono está adelantado{about}.',
    automatic: 'Active la fecha y la hora automáticas y escriba el código siguiente.',
    ours: 'Nuestro reloj no está en hora. No tiene que cambiar nada; inténtelo de nuevo más tarde.',
    parameters:
      'Su aplicación no genera los códigos como los espera esta cuenta. Vuelva a configurar la cuenta en la aplicación.',
    unstable:
      'Los códigos de esta cuenta no concuerdan entre sí. Vuelva a configurar la cuenta en la aplicación.',
  },
  looks: {
    summer: 'Parece que se ajustó a mano por el cambio de horario.',
    zone: 'Parece que se ajustó a mano a otra zona horaria.',
  },
  operator: {
    malformed: 'Esto no es un código: contiene otros caracteres, o le faltan o le sobran dígitos.',
    ok: 'Este es {perhaps}el código correcto.',
    replayed: 'Este código {perhaps}ya se usó.',
    stale: 'Este es {perhaps}un código antiguo, escrito demasiado tarde.',
    future: 'Este es {perhaps}un código anotado de antemano.',
    'device-slow': 'El reloj del teléfono está {perhaps}atrasado{about}.',
    'device-fast': 'El reloj del teléfono está {perhaps}adelantado{about}.',
    'verifier-clock': 'El reloj de este equipo {perhaps}no está en hora.',
    'clock-stepped': 'El reloj de este equipo {perhaps}retrocedió.',
    'wrong-parameters':
      'Este código es {perhaps}correcto con otro algoritmo, número de dígitos o período.',
    unstable: 'Los códigos de esta clave {perhaps}vienen de relojes que no concuerdan.',
    'no-match': 'Este {perhaps}no es un código de esta clave.',
  },
  offset: {
    slow: 'Con respecto a este equipo, el teléfono está atrasado {range}.',
    fast: 'Con respecto a este equipo, el teléfono está adelantado {range}.',
    both: 'Con respecto a este equipo, el teléfono está entre {slow} atrasado y {fast} adelantado.',
  },
  evidence: {
    zero: 'Probabilidad: {percent}.',
    one: 'Probabilidad: {percent}, según {n} código.',
    other: 'Probabilidad: {percent}, según {n} códigos.',
  },
  next: {
    askNextCode: 'Siguiente paso: pida el código siguiente.',
    fixPhone: 'Siguiente paso: pida que se activen la fecha y la hora automáticas en el teléfono.',
    fixOurs: 'Siguiente paso: ponga en hora el reloj de este equipo.',
    retry: 'Siguiente paso: pida que se escriba el código de nuevo.',
    reEnroll: 'Siguiente paso: vuelva a registrar el teléfono.',
  },
};
