/** The lists of steps that an event runs: the kernel's program, and the driver's callbacks. */
import type { Did, StepTaken } from '../../model/did.ts';
import type { Program } from '../../model/program.ts';
import { lineText } from '../../model/program.ts';
import { CALLS, WORDS } from '../../model/steps.ts';
import type { CallbackName } from '../../model/system.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';

export interface ListedStep {
  /** The step as it is written in the list. */
  readonly text: string;
  /** It runs in this event, or ran in an earlier event of the same operation. */
  readonly ran?: 'now' | 'before';
}

export interface ListOfSteps {
  readonly part: 'kernel' | 'driver';
  readonly name: string;
  readonly steps: readonly ListedStep[];
}

/** A place in a program where a step can be taken: a line, or an action of a callback it calls. */
interface Place {
  readonly verb: string;
  readonly line: number;
  readonly ifYoung: boolean;
  readonly action?: readonly [callback: CallbackName, index: number];
}

type Ran = 'now' | 'before';

const verbsOf = (name: string): readonly string[] => WORDS[name]?.steps ?? [name];

function placesOf(program: Program, { parts: { driver } }: Moment): Place[] {
  return program.flatMap(({ name, when }, line): Place[] => {
    const ifYoung = when === 'young';
    const call = CALLS[name];
    if (call === undefined) return [{ verb: name, line, ifYoung }];
    const { callback } = call;
    return driver[callback].actions.flatMap((action, i) =>
      verbsOf(action.name).map((verb): Place => ({
        verb,
        line,
        ifYoung,
        action: [callback, i],
      })),
    );
  });
}

type Noted = StepTaken | (Did & { readonly what: 'pte' });
const isNoted = (one: Did): one is Noted => one.what === 'step' || one.what === 'pte';

/** The lists of the operation to which an event belongs. Most events of others have none. */
export function listsAt(m: Moment): ListOfSteps[] {
  const noted = m.operation.filter(isNoted);
  const name = noted.at(-1)?.operation ?? notesOf(m.did, 'end')[0]?.operation;
  const operation = name === undefined ? undefined : m.operations.byName.get(name);
  if (operation === undefined) return [];
  const program = m.parts.kernel[operation.program];
  const young = noted.some((one) => one.what === 'pte' && one.young);
  const lines = new Map<number, Ran>();
  const actions = new Map<string, Ran>();
  const places = placesOf(program, m);
  let at = 0;
  for (const one of noted) {
    const verb = one.what === 'pte' ? 'pte' : one.step;
    const found = places.findIndex((p, i) => i >= at && p.verb === verb && (young || !p.ifYoung));
    if (found < 0) continue;
    const { line, action } = places[found];
    const ran = m.did.includes(one) ? 'now' : 'before';
    lines.set(line, ran);
    if (action !== undefined) actions.set(action.join(), ran);
    at = found + 1;
  }
  const listed = (text: string, ran: Ran | undefined): ListedStep =>
    ran === undefined ? { text } : { text, ran };
  const called = new Set(program.flatMap((line) => CALLS[line.name]?.callback ?? []));
  return [
    {
      part: 'kernel',
      name: operation.program,
      steps: program.map((line, i) => listed(lineText(line), lines.get(i))),
    },
    ...[...called].map((callback): ListOfSteps => ({
      part: 'driver',
      name: callback,
      steps: m.parts.driver[callback].actions.map((action, i) =>
        listed(lineText(action), actions.get([callback, i].join())),
      ),
    })),
  ];
}
