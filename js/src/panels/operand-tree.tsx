import type { TreeNode } from "../editor/operand-nodes";
import type { Draft, Offer } from "../editor/state";
import type { Key } from "../protocol/types";
import { Field } from "./field";

export interface OperandTreeProps {
  readonly label: string;
  readonly root: TreeNode;
  readonly draftOf: (field: string) => Draft | undefined;
  readonly onDraft: (field: string, text: string | null) => void;
  readonly onCommit: (field: string, text: string) => void;
  readonly onOffer: (field: string, offer: Offer) => void;
  readonly onSelect: (key: Key) => void;
}

/** A formula taken apart: every branch has its own box, and a new formula there replaces that branch. */
export function OperandTree(props: OperandTreeProps) {
  return (
    <ul class="why-branches" aria-label={props.label}>
      <Branch {...props} node={props.root} />
    </ul>
  );
}

function Branch(props: OperandTreeProps & { readonly node: TreeNode }) {
  const { node } = props;
  return (
    <li>
      <div class="why-branch">
        <button type="button" class="why-link" onClick={() => props.onSelect(node.key)}>
          {node.label}
        </button>
        {node.kind !== "variable" && (
          <Field
            label={node.label}
            hideLabel
            look="formula"
            value={node.formula}
            draft={props.draftOf(node.field)}
            onDraft={(text) => props.onDraft(node.field, text)}
            onCommit={(text) => props.onCommit(node.field, text)}
            onOffer={(offer) => props.onOffer(node.field, offer)}
          />
        )}
      </div>
      {node.children.length > 0 && (
        <ul>
          {node.children.map((child) => (
            <Branch {...props} key={child.field} node={child} />
          ))}
        </ul>
      )}
    </li>
  );
}
