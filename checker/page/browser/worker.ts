/**
 * Asks a worker in the page. The worker is this script, started a second time without a document.
 */
import type { Answers, SearchedSoFar, Question } from '../answer.ts';
import { answer } from '../answer.ts';

type Message =
  | { readonly progress: SearchedSoFar }
  | { readonly answered: unknown }
  | { readonly failed: string };

/** The worker's side: it answers one question. */
export function serve(): void {
  const tell = (message: Message) => (postMessage as (message: Message) => void)(message);
  addEventListener('message', ({ data }: MessageEvent<Question>) => {
    try {
      tell({ answered: answer(data, (progress) => tell({ progress })) });
    } catch (error) {
      tell({ failed: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** A question that is being answered. */
export interface Asked<A extends keyof Answers> {
  readonly answered: Promise<Answers[A]>;
  /** Ends the worker. Then the answer never comes. */
  readonly cancel: () => void;
}

export function ask<A extends keyof Answers>(
  question: Question & { readonly ask: A },
  progress: (progress: SearchedSoFar) => void = () => {},
): Asked<A> {
  const code = document.getElementById('code')!.textContent;
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(address);
  const cancel = () => {
    worker.terminate();
    URL.revokeObjectURL(address);
  };
  const answered = new Promise<Answers[A]>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if ('progress' in data) return progress(data.progress);
      cancel();
      if ('failed' in data) reject(new Error(data.failed));
      else resolve(data.answered as Answers[A]);
    });
    worker.addEventListener('error', () => {
      cancel();
      reject(
        new Error('this browser does not let a page that was opened from disk start a worker'),
      );
    });
  });
  worker.postMessage(question);
  return { answered, cancel };
}
