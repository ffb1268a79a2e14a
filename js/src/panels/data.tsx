import { useState } from "preact/hooks";
import { SOURCE_TYPE } from "../editor/diagram-events";
import { fill, type Strings } from "../editor/strings";
import type { Source, SourceColumn, SourceReference } from "../protocol/types";
import { EmptyState } from "./empty-state";
import { Icon } from "./icon";

/** What is linked to a column or an array: the variable's name, by `id` or `id.column`. */
export type LinkedNames = ReadonlyMap<string, readonly { readonly key: string; readonly name: string }[]>;

interface Target {
  readonly key: string;
  readonly name: string;
}

export interface DataProps {
  readonly strings: Strings;
  readonly sources: readonly Source[];
  readonly kernel: boolean;
  /** The selected variable, which takes a column or an array. */
  readonly target: Target | null;
  /** The scope whose variables take the columns of a whole frame. */
  readonly scope: Target | null;
  readonly linked: LinkedNames;
  readonly onLink: (key: string, source: SourceReference) => void;
  readonly onUnlink: (key: string) => void;
  readonly onRefresh: () => void;
  readonly onDrag: (source: SourceReference | null) => void;
  readonly onGo: (key: string) => void;
}

/** How a link's source is named in `LinkState.source` and in `LinkedNames`. */
export function sourceName(source: Source, column?: string): string {
  return column === undefined ? source.name : `${source.name}.${column}`;
}

/** Frames and arrays of the kernel: drag one, or link it to what is selected. */
export function Data(props: DataProps) {
  const { strings, sources, target } = props;
  const [query, setQuery] = useState("");
  const word = query.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(word);
  const shown = sources
    .map((source) => ({ source, columns: source.columns.filter((one) => matches(one.name) || matches(source.name)) }))
    .filter(({ source, columns }) => columns.length > 0 || matches(source.name));
  return (
    <div class="why-data">
      <div class="why-panel-head why-data-head">
        <label class="why-search-field">
          <Icon name="search" size={14} />
          <input
            type="search"
            value={query}
            placeholder={strings.dataSearch}
            aria-label={strings.dataSearch}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        <button
          type="button"
          class="why-tool"
          aria-label={strings.refreshSources}
          title={strings.refreshSources}
          onClick={props.onRefresh}
        >
          <Icon name="refresh" />
        </button>
      </div>
      <div class="why-sources">
        {sources.length === 0 && (
          <EmptyState
            icon="data"
            title={strings.dataEmpty}
            hint={props.kernel ? strings.dataEmptyHint : strings.dataNoKernel}
          />
        )}
        {shown.map(({ source, columns }) => (
          <section key={source.id} aria-label={source.name}>
            <SourceRow {...props} source={source} whole />
            {props.kernel && source.columns.length > 0 && props.scope && (
              <FrameLink strings={strings} source={source} scope={props.scope} onLink={props.onLink} />
            )}
            {columns.map((column) => (
              <SourceRow key={column.name} {...props} source={source} column={column} />
            ))}
          </section>
        ))}
      </div>
      {sources.length > 0 && !target && <p class="why-panel-foot">{strings.dataSelect}</p>}
    </div>
  );
}

/** Links a frame to a scope in one click; on a line of its own, so that it is read and stays in its place. */
function FrameLink({ strings, source, scope, onLink }: Pick<DataProps, "strings" | "onLink"> & FrameTarget) {
  const sentence = fill(strings.dataLinkScope, { target: scope.name });
  return (
    <button
      type="button"
      class="why-link why-source-all"
      title={fill(strings.dataLinkScopeHint, { target: scope.name })}
      aria-label={`${source.name}: ${sentence}`}
      onClick={() => onLink(scope.key, { id: source.id })}
    >
      <Icon name="link" size={14} />
      <span>{sentence}</span>
    </button>
  );
}

interface FrameTarget {
  readonly source: Source;
  readonly scope: Target;
}

interface RowProps extends DataProps {
  readonly source: Source;
  readonly column?: SourceColumn;
  readonly whole?: boolean;
}

function SourceRow({ strings, source, column, whole, target, linked, ...on }: RowProps) {
  const reference: SourceReference = column ? { id: source.id, column: column.name } : { id: source.id };
  const users = linked.get(sourceName(source, column?.name)) ?? [];
  // A frame as a whole goes to a scope.
  const taker = whole && source.columns.length > 0 ? null : target;
  const sentence = taker ? fill(strings.dataLink, { target: taker.name }) : "";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the link button is the twin of the drag
    <div
      class={whole ? "why-source why-source-whole" : "why-source"}
      draggable
      onDragStart={(event) => {
        event.dataTransfer?.setData(SOURCE_TYPE, JSON.stringify(reference));
        event.dataTransfer?.setData("text/plain", column?.name ?? source.name);
        if (event.dataTransfer) event.dataTransfer.effectAllowed = "copyLink";
        on.onDrag(reference);
      }}
      onDragEnd={() => on.onDrag(null)}
    >
      {whole && <Icon name="data" />}
      <span class="why-source-name">{column?.name ?? source.name}</span>
      <span class="why-source-type">{column ? column.dtype : `${source.type} ${source.shape.join(" × ")}`}</span>
      {column && column.missing > 0 && (
        <span class="why-source-missing">{fill(strings.dataMissing, { count: column.missing })}</span>
      )}
      {taker && on.kernel && (
        <button
          type="button"
          class="why-tool"
          title={sentence}
          aria-label={`${column?.name ?? source.name}: ${sentence}`}
          onClick={() => on.onLink(taker.key, reference)}
        >
          <Icon name="link" size={14} />
        </button>
      )}
      {users.map((user) => (
        <span class="why-source-user" key={user.key}>
          <button type="button" class="why-link" onClick={() => on.onGo(user.key)}>
            {fill(strings.dataUsed, { target: user.name })}
          </button>
          <button
            type="button"
            class="why-tool"
            title={strings.unlink}
            aria-label={`${strings.unlink}: ${user.name}`}
            onClick={() => on.onUnlink(user.key)}
          >
            <Icon name="unlink" size={14} />
          </button>
        </span>
      ))}
    </div>
  );
}
