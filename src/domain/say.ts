import type { Instant } from './instant.ts';

/** The languages that prompts are spoken in. */
export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];

/** What fills the slots of a sentence: a count, digits read out one by one, an instant, a telephone number. */
export type SayValue = string | number | Instant;

/**
 * Something that is heard. Which bytes that is, is settled where it is played: a sentence of the prompt manifest with its
 * slots filled, a sound file of the town's own (a path within the configuration folder), a recording of the store (a greeting,
 * a message), a call-progress tone by name, or silence.
 */
export type Say =
  | { readonly prompt: string; readonly values?: Readonly<Record<string, SayValue>>; readonly language?: Language }
  | { readonly file: string }
  | { readonly recording: string }
  | { readonly tone: string; readonly seconds: number }
  | { readonly silenceMs: number };

/** What a caller hears while somebody is rung: nothing of ours (the far end's own), the tone of ringing, music, or silence. */
export const hears = ['far-end', 'ring-back', 'music', 'silence'] as const;
export type Hears = (typeof hears)[number];

/** A key of a telephone (RFC 4733 §3.2). */
export const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const;
export type Key = (typeof keys)[number];
