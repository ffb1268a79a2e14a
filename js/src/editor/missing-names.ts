/** Names in a formula that nothing has yet: the variables that could be made for them. */
import { isVariable } from "../document/records";
import type { ModelRecord } from "../protocol/types";
import type { Editor } from "./editor";
import { type Insertion, insertion, scopeKind } from "./insertion";
import { entryById } from "./placing";
import type { Offer } from "./state";
import { fill } from "./strings";

/** What could be made for a name in a formula of `user`, in its scope; for what has one value for all rows only the like. */
export function offersFor({ host, strings }: Editor, user: ModelRecord, name: string | null): readonly Offer[] {
  const { scope } = user;
  if (name === null || scope === undefined) return [];
  const catalog = host.catalog.value;
  const allowed = scopeKind(catalog, host.document.value.records.get(scope)?.kind)?.contains ?? [];
  const shared = isVariable(user) && scopeKind(catalog, user.kind)?.dynamic === false;
  return catalog.scopes
    .filter((one) => one.variable && allowed.includes(one.kind) && !(shared && one.dynamic))
    .map(({ kind, label }) => ({
      label: fill(strings.makeOffer, { kind: label.toLowerCase(), name }),
      name,
      kind,
      scope,
    }));
}

/** The commands that make it; `null` where it does not fit any more. */
export function insertionOf(editor: Editor, { kind, name, scope }: Offer): Insertion | null {
  const entry = entryById(editor, `scope:${kind}`);
  const { document, catalog } = editor.host;
  return entry ? insertion(document.value, catalog.value, scope, entry, { dynamic: false, name }) : null;
}
