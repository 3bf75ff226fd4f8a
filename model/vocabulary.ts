/**
 * Every event as a trace spells it, with its sentence and its source. It is made from the
 * declarations.
 */
import { sourceText } from './citation.ts';
import type { EventKind } from './event.ts';
import type { Actor } from './events.ts';
import { ACTORS, KINDS, verbsOf } from './events.ts';
import { granularityOf } from './needs.ts';
import type { Told } from './program.ts';

export interface Term {
  /** The event as a trace spells it. `dev0`, `cpu0` and `A` stand for any device, CPU or page. */
  readonly text: string;
  readonly granularity: 'atomic' | 'fine' | 'both';
  readonly sentence: string;
  readonly source: string;
  /** The same in KVM's terms: `dev0` is a vCPU, its ATC is the TLB, and a walk reads the sptes. */
  readonly kvm?: { readonly sentence: string; readonly source: string };
}

/** A sentence with its source as a text. */
const inWords = ({ sentence, source }: Told) => ({ sentence, source: sourceText(source) });

function termOf(actor: Actor, verb: string): Term {
  const { needs, told, kvm, per, answers } = (KINDS[actor] as Record<string, EventKind>)[verb];
  const unit = actor === 'dev' || actor === 'cpu' ? '0' : '';
  const device = per === 'device' && actor !== 'dev' ? 'dev0 ' : '';
  const words = answers === undefined || Array.isArray(answers) ? answers : Object(answers).atomic;
  const answer = words === undefined ? '' : ` == ${words[0] === 'idle' ? words[0] : words[1]}`;
  return {
    text: `${actor}${unit}: ${verb} ${device}A${answer}`,
    granularity: granularityOf(needs),
    ...inWords(told),
    ...(kvm === undefined ? {} : { kvm: inWords(kvm) }),
  };
}

export const VOCABULARY: readonly Term[] = ACTORS.flatMap((actor) =>
  verbsOf(actor).map((verb) => termOf(actor, verb)),
);
