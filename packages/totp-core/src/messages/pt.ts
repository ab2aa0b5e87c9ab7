/** Portuguese, as in Brazil. */
import type { Catalogue } from './catalogue.js';

export const pt: Catalogue = {
  locale: 'pt',
  direction: 'ltr',
  gap: ' ',
  list: 'conjunction',
  perhaps: 'provavelmente ',
  about: 'cerca de {duration} ',
  over: 'mais de {percent}',
  person: {
    malformed:
      'Um código é formado só por dígitos. Digite todos os que o aplicativo mostra e nada mais.',
    ok: 'Este código está correto. Se não foi aceito, espere o próximo e digite-o.',
    again: 'Este código não foi aceito. Espere o próximo e digite-o.',
    slow: 'O relógio do seu telefone está {about}atrasado.',
    fast: 'O relógio do seu telefone está {about}adiantado.',
    automatic: 'Ative a data e a hora automáticas e digite o próximo código.',
    ours: 'O nosso relógio está errado. Você não precisa mudar nada; tente de novo mais tarde.',
    parameters:
      'O seu aplicativo não gera os códigos como esta conta espera. Configure a conta de novo no aplicativo.',
    unstable:
      'Os códigos desta conta não combinam entre si. Configure a conta de novo no aplicativo.',
  },
  looks: {
    summer: 'Parece que ele foi ajustado à mão para o horário de verão.',
    zone: 'Parece que ele foi ajustado à mão para outro fuso horário.',
  },
  operator: {
    malformed: 'Isto não é um código: tem outros caracteres, ou dígitos a menos ou a mais.',
    ok: 'Este é {perhaps}o código correto.',
    replayed: 'Este código {perhaps}já foi usado.',
    stale: 'Este é {perhaps}um código antigo, digitado tarde demais.',
    future: 'Este é {perhaps}um código anotado com antecedência.',
    'device-slow': 'O relógio do telefone está {perhaps}{about}atrasado.',
    'device-fast': 'O relógio do telefone está {perhaps}{about}adiantado.',
    'verifier-clock': 'O relógio desta máquina está {perhaps}errado.',
    'clock-stepped': 'O relógio desta máquina {perhaps}retrocedeu.',
    'wrong-parameters':
      'Este código está {perhaps}correto com outro algoritmo, número de dígitos ou período.',
    unstable: 'Os códigos desta chave {perhaps}vêm de relógios que não concordam.',
    'no-match': 'Este {perhaps}não é um código desta chave.',
  },
  offset: {
    slow: 'Em relação a esta máquina, o telefone está {range} atrasado.',
    fast: 'Em relação a esta máquina, o telefone está {range} adiantado.',
    both: 'Em relação a esta máquina, o telefone está entre {slow} atrasado e {fast} adiantado.',
  },
  evidence: {
    zero: 'Probabilidade: {percent}.',
    one: 'Probabilidade: {percent}, com base em {n} código.',
    other: 'Probabilidade: {percent}, com base em {n} códigos.',
  },
  next: {
    askNextCode: 'Próximo passo: peça o próximo código.',
    fixPhone: 'Próximo passo: peça que a data e a hora do telefone fiquem automáticas.',
    fixOurs: 'Próximo passo: acerte o relógio desta máquina.',
    retry: 'Próximo passo: peça que o código seja digitado de novo.',
    reEnroll: 'Próximo passo: cadastre o telefone de novo.',
  },
};
