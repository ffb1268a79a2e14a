/** All types that kernel and view share, a file for each Python file of typed dictionaries. GENERATED. */
export const PROTOCOL_VERSION = 1;
export type * from "./catalog";
export type * from "./command";
export type * from "./message";
export type * from "./record";
