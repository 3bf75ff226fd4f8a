/**
 * Asks a worker in the page. The worker is this script, started a second time without a document.
 */
import type { Answers, SearchedSoFar, Question } from '../answer.ts';
import { answer, answering } from '../answer.ts';
import { tellLack } from './lacks.ts';

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
  let stop = () => {};
  const answered = new Promise<Answers[A]>((resolve, reject) => {
    const here = () => {
      tellLack('worker');
      stop = askHere(question, progress, resolve, reject);
    };
    stop = askWorker(question, progress, resolve, reject, here);
  });
  return { answered, cancel: () => stop() };
}

/** Asks a worker. `otherwise` is called where no worker may be started. */
function askWorker<A extends keyof Answers>(
  question: Question & { readonly ask: A },
  progress: (progress: SearchedSoFar) => void,
  resolve: (answer: Answers[A]) => void,
  reject: (error: Error) => void,
  otherwise: () => void,
): () => void {
  const code = document.getElementById('code')!.textContent;
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  let worker: Worker;
  try {
    worker = new Worker(address);
  } catch {
    // Some browsers refuse at once, others by an event.
    URL.revokeObjectURL(address);
    otherwise();
    return () => {};
  }
  const cancel = () => {
    worker.terminate();
    URL.revokeObjectURL(address);
  };
  let begun = false;
  worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    begun = true;
    if ('progress' in data) return progress(data.progress);
    cancel();
    if ('failed' in data) reject(new Error(data.failed));
    else resolve(data.answered as Answers[A]);
  });
  worker.addEventListener('error', (event) => {
    cancel();
    // One that is forbidden has never begun, and its event says nothing.
    const why = event instanceof ErrorEvent ? event.message : '';
    if (why !== '') reject(new Error(`the worker failed: ${why}`));
    else if (begun) reject(new Error('the worker ended without an answer'));
    else otherwise();
  });
  worker.postMessage(question);
  return cancel;
}

/** Answers in the page itself, in pieces so short that it can still be used. */
function askHere<A extends keyof Answers>(
  question: Question & { readonly ask: A },
  progress: (progress: SearchedSoFar) => void,
  resolve: (answer: Answers[A]) => void,
  reject: (error: Error) => void,
): () => void {
  const work = answering<A>(question);
  let timer = 0;
  const next = () => {
    try {
      const piece = work.next();
      if (piece.done) return resolve(piece.value);
      progress(piece.value);
      timer = window.setTimeout(next);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  timer = window.setTimeout(next);
  return () => clearTimeout(timer);
}
