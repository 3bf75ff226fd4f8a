/** Explains idle page tracking and DAMON. */
import { tellAging, tellReport } from './look.ts';
import { tellSteps } from './steps.ts';
import type { TellingsOf } from './telling.ts';

export const tellPageIdle: TellingsOf<'page_idle'> = {
  mark: (m) => tellAging(m, 'mark'),
  check: (m) => tellAging(m, 'check'),
  ...tellSteps,
  report: (m) => tellReport(m, 'check'),
  end: ({ p }) => ({ note: 'marked idle', sentences: [`${p} is marked idle`] }),
};
