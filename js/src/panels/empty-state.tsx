import type { IconName } from "../editor/icon-names";
import { Icon } from "./icon";

/** What a panel says when it has nothing to show: why, and what to do. */
export function EmptyState({ icon, title, hint }: { icon: IconName; title: string; hint: string }) {
  return (
    <div class="why-empty-state">
      <Icon name={icon} size={22} />
      <b>{title}</b>
      <p>{hint}</p>
    </div>
  );
}
