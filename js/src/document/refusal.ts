/** Why a command is not carried out. Thrown inside this folder only; `run` gives it back as data. */
import { canonical } from "./canonical";

/** `code` is the name of the exception that Python raises for the same reason. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function refuse(code: string, message: string): never {
  throw new Refusal(code, message);
}

/** A value in an error message, shortened. */
export function shown(value: unknown): string {
  const text = canonical(value ?? null);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
