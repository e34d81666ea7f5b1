// What a text form of actions is. Forms only find: which of several actions counts is for whoever reads the reply to decide.
import type { ToolCall } from '../../../core/schema/message.ts';

/** [start, end) in UTF-16 units of the text. */
export interface Span {
  start: number;
  end: number;
}

/** With everything that the form writes around the action. */
export interface FoundAction extends Span {
  /** The action itself: a function block, a JSON call with its tags, a command. */
  action: Span;
  call: ToolCall | { malformed: string };
  /** Whether tags of their own stand around a function block. */
  isWrapped?: boolean;
  /** Whether there is text in it that is no part of the form. */
  hasStrayText?: boolean;
}

export interface ActionForm {
  /** How an action looks, for messages. */
  example: string;
  /** What an action begins and ends with. */
  opens: string;
  closes: string;
  /** All actions of a text, in order. Takes time linear in its length. */
  find(text: string): FoundAction[];
}
