/** Explains a step: what happened, and what is wrong about it. */
import type { Actor } from '../../model/events.ts';
import { tellCpu } from './cpu.ts';
import { tellDevice, tellIommu } from './device.ts';
import { tellKswapd } from './kswapd.ts';
import { tellKvm } from './kvm.ts';
import type { Moment } from './moment.ts';
import { tellPageIdle } from './page-idle.ts';
import type { Telling, TellingsOf } from './telling.ts';
import { paragraph } from './telling.ts';
import { tellKhugepaged, tellUser } from './user.ts';
import { wrong } from './wrong.ts';

/** A note that stands behind the event, and whole sentences. */
export interface Because {
  readonly note: string;
  readonly sentence: string;
}

/** The explanations of all events. A new actor or event without one does not compile. */
const TELLINGS: { readonly [A in Actor]: TellingsOf<A> } = {
  dev: tellDevice,
  iommu: tellIommu,
  kvm: tellKvm,
  cpu: tellCpu,
  user: tellUser,
  khugepaged: tellKhugepaged,
  kswapd: tellKswapd,
  page_idle: tellPageIdle,
};

/** Explains why a step had its effect, and what is wrong about it, if anything is. */
export function becauseOf(m: Moment): Because {
  const { actor, verb } = m.event;
  const tell = (TELLINGS[actor] as Readonly<Record<string, Telling>>)[verb];
  const { note, sentences } = tell(m);
  const fault = wrong(m);
  return fault === undefined
    ? { note, sentence: paragraph(sentences) }
    : { note: fault.note, sentence: paragraph([...sentences, ...fault.sentences]) };
}
