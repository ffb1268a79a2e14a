export function render({ el }: { el: HTMLElement }) { el.textContent = "whyboard"; }
